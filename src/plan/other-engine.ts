import type { Host } from '../model/host.ts';
import type { OwnershipRecord } from '../model/ownership.ts';
import type { Refusal } from './refusal.ts';

const recordOf = ({ ownership, installed }: Host, name: string): OwnershipRecord | undefined =>
  ownership.find((record) => record.name === name) ?? installed.find((record) => record.name === name);

const refuse = (subject: string, reason: string): Refusal[] => [
  { code: 'pool-used', subject, reason, remedy: 'choose another --pool, or dmtool teardown first' },
];

/** Docker that is on the pool, through containerd or not, would be lost from the record that brings it back. */
export const refuseDockersRecord = (host: Host, name: string): Refusal[] =>
  recordOf(host, name)?.docker ? refuse(name, 'setup brought Docker onto it: containerd is not there for itself') : [];

/** Each would give out the other's numbers, and containerd would be lost from the record. */
export const refuseContainerdsRecord = (host: Host, name: string): Refusal[] =>
  recordOf(host, name)?.containerd
    ? refuse(name, 'setup brought containerd onto it, and two engines can not share a pool')
    : [];

/** A pool alone knows of no engine: its record would take the place of the one that brings the engine back. */
export function refuseUnfinishedEngine({ ownership }: Host, name: string): Refusal[] {
  const record = ownership.find((each) => each.name === name);
  const engine = record?.docker ? 'docker' : record?.containerd ? 'containerd' : null;
  if (engine === null) return [];
  return [
    {
      code: 'unfinished',
      subject: name,
      reason: `a setup with --engine ${engine} was cut off here, and what it has put aside is known to its record alone`,
      remedy: `run that one again, or take it back with dmtool teardown`,
    },
  ];
}
