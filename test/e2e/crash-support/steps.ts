/** One step of the plan as a fault meets it: the program, and what its command line contains. */
export interface StepCall {
  readonly step: string;
  readonly program: string;
  readonly when: string;
}

const call = (step: string, when = ''): StepCall => ({ step, program: step.split(' ')[0] ?? '', when });

/** The steps of a blank disk that come before the pool is active. */
export const stepsToAttachment: readonly StepCall[] = [
  call('pvcreate'),
  call('vgcreate'),
  call('lvcreate data', '--name thinpool '),
  call('lvcreate metadata', '--name thinpoolmeta '),
  call('lvconvert'),
  call('lvchange profile', '--metadataprofile'),
];

export const activateStep = call('lvchange activate', '--activate y');

/** The steps of every set-up of a blank disk that run a program; a run that nothing cuts off takes the last two in one. */
export const steps: readonly StepCall[] = [...stepsToAttachment, activateStep];

export const monitorStep = call('lvchange monitor', 'lvchange --monitor y');
export const refreshStep = call('lvchange refresh', 'lvchange --refresh');
