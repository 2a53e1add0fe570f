/** Tests of pure code: no machine needed. */
export default {
  files: ['test/**/*.test.ts', '!test/e2e/**', '!test/lab/**'],
  extensions: ['ts'],
  require: ['./test/lab/properties.js'],
  workerThreads: false,
  timeout: '5m',
};
