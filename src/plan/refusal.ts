/** One reason why nothing is begun. */
export interface Refusal {
  code: RefusalCode;
  /** What it is about: a device, a VG, a program. */
  subject: string;
  reason: string;
  remedy: string;
}

export type RefusalCode =
  | 'not-root'
  | 'missing-program'
  | 'no-thin-pool-target'
  | 'device-absent'
  | 'not-a-block-device'
  | 'device-unreadable'
  | 'device-twice'
  | 'device-read-only'
  | 'device-too-small'
  | 'device-in-use'
  | 'system-disk'
  | 'device-is-pv'
  | 'device-not-blank'
  | 'device-hidden-from-lvm'
  | 'vg-exists'
  | 'vg-absent'
  | 'vg-unusable'
  | 'vg-devices-differ'
  | 'lv-exists'
  | 'pool-differs'
  | 'pool-unhealthy'
  | 'profile-differs'
  | 'no-room'
  | 'docker-too-new'
  | 'docker-unfit'
  | 'docker-stray'
  | 'docker-silent'
  | 'data-root-differs'
  | 'unfinished'
  | 'config-malformed'
  | 'option-conflict'
  | 'data-root-foreign'
  | 'data-root-busy'
  | 'pool-used'
  | 'swarm-member'
  | 'nothing-installed'
  | 'ambiguous'
  | 'not-ours'
  | 'pool-absent'
  | 'device-unknown'
  | 'directory-unfit'
  | 'filesystem-unknown'
  | 'in-use'
  | 'no-consent';
