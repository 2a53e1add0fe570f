import type { PoolReport } from '../../src/health/pool-report.ts';
import type { PoolSurvey } from '../../src/model/pool-survey.ts';
import { bytes } from '../../src/units/quantity.ts';

/** A host of which nothing is seen but what is given. */
export const survey = (facts: Partial<PoolSurvey> = {}): PoolSurvey => ({
  volumeGroups: [],
  thinPools: [],
  physicalVolumes: [],
  profiles: new Map(),
  lvmDefaults: null,
  dmeventd: 'runs',
  places: new Map(),
  riders: new Map(),
  docker: null,
  containerdPool: null,
  kernelLog: [],
  kernelLogProblem: null,
  numbers: new Map(),
  uptimeSeconds: 0,
  noSpaceTimeoutSeconds: 60,
  lvmPools: new Set(),
  lvmDoubt: null,
  ...facts,
});

const usage = { usedBytes: bytes(10), totalBytes: bytes(100), usedPercent: 10 };

/** A pool of LVM's that is well. */
export const poolReport = (facts: Partial<PoolReport> = {}): PoolReport => ({
  name: 'docker/thinpool',
  kind: 'lvm',
  device: '/dev/mapper/docker-thinpool',
  mode: 'rw',
  needsCheck: false,
  suspended: false,
  isLostToLvm: false,
  data: usage,
  metadata: usage,
  chunkSizeBytes: null,
  vg: null,
  outlook: null,
  waterMark: null,
  devices: [],
  files: [],
  profile: null,
  isOurs: false,
  engine: null,
  minimumFreePercent: null,
  shortage: null,
  cause: null,
  discards: 'passed down',
  ...facts,
});
