import { availableParallelism } from 'node:os';

// There are many guests, but one host.
const isHost = process.env.DMTOOL_LAB === 'host';

/** Stories told in guests. A guest waits now and then, so one more than there are processors. */
export default {
  files: ['test/e2e/*.test.ts'],
  extensions: ['ts'],
  workerThreads: false,
  // One story of Docker's may go through a dozen starts of it before it says anything.
  timeout: '20m',
  serial: isHost,
  concurrency: isHost ? 1 : availableParallelism() + 1,
};
