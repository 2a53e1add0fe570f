import type { Host } from '../model/host.ts';
import type { ActiveThin } from '../model/pool-device.ts';
import type { Answers } from './pool-condition.ts';

/** Questions about thin devices under names of dmtool's own. */
export type DeviceCondition =
  | { is: 'thin-active'; name: string; poolName: string; id: number }
  | { is: 'thin-mounted'; name: string; directory: string };

const ownThin = ({ poolDevices }: Host, name: string): ActiveThin | undefined =>
  poolDevices?.active.find((thin) => thin.name === name && thin.own !== null);

/** How each is answered. */
export const deviceAnswers: Answers<DeviceCondition> = {
  'thin-active': (host, { name, poolName, id }) => {
    const thin = ownThin(host, name);
    return thin !== undefined && thin.poolName === poolName && thin.id === id;
  },

  'thin-mounted': (host, { name, directory }) =>
    ownThin(host, name)?.mounts.some(({ mountPoint, pid }) => pid === null && mountPoint === directory) === true,
};
