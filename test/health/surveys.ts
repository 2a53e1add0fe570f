import type { PoolSurvey } from '../../src/model/pool-survey.ts';

/** A host of which nothing is seen but what is given. */
export const survey = (facts: Partial<PoolSurvey> = {}): PoolSurvey => ({
  volumeGroups: [],
  thinPools: [],
  physicalVolumes: [],
  profiles: new Map(),
  places: new Map(),
  lvmDoubt: null,
  ...facts,
});
