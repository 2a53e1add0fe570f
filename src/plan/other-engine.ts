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
