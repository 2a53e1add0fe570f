import { isDockersProfile } from '../engines/docker/own-setup.ts';
import { fileContent, findVg, type Host } from '../model/host.ts';
import { findLv } from '../model/lvm.ts';
import type { PoolOwnership } from '../model/ownership.ts';
import { not } from './condition.ts';
import { step } from './make-step.ts';
import type { Step } from './step.ts';

/**
 * Steps that remove the pool's own profile, dmtool's or Docker's, and the one of dmtool's that took its place.
 * @param profileHead the first line of the profiles that dmtool writes
 */
export function removeProfileSteps(host: Host, { vg, pool, profilePath }: PoolOwnership, profileHead: string): Step[] {
  const isWritten = (path: string): boolean => fileContent(host, path)?.startsWith(profileHead) === true;
  const attached = findLv(findVg(host, vg), pool)?.profile;
  const other = `${host.lvm.profileDirectory}/${attached}.profile`;
  const isOwn = isWritten(profilePath) || isDockersProfile(fileContent(host, profilePath) ?? '');
  return [
    ...(isOwn ? [removeFileStep('profile', profilePath)] : []),
    ...(other !== profilePath && isWritten(other) ? [removeFileStep('attached-profile', other)] : []),
  ];
}

const removeFileStep = (id: string, path: string): Step =>
  step({
    id,
    title: `Remove ${path}`,
    do: { kind: 'remove-file', path },
    done: not({ is: 'file-present', path }),
  });
