import type { ProbeScope } from '../host/probe-scope.ts';
import { DOCKER_PLACES } from './docker-places.ts';

/** What has to be seen to look after pools: every profile, Docker's settings, and what pools stand on. */
export const CARE_SCOPE: ProbeScope = {
  devices: [],
  profiles: 'all',
  docker: DOCKER_PLACES,
  thinDevices: false,
  backingDevices: true,
};
