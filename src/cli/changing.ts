/**
 * What changes a machine, in one: these commands share most of their code, and one file more to load costs a start more than
 * the code of the others in it.
 */
export { runActivate } from './run-activate.ts';
export { runAdopt } from './run-adopt.ts';
export { runCleanup } from './run-cleanup.ts';
export { runDeviceMount, runDeviceUnmount } from './run-device-mount.ts';
export { runFix } from './run-fix.ts';
export { runRepair } from './run-repair.ts';
export { runResize } from './run-resize.ts';
export { runSetup } from './run-setup.ts';
export { runTeardown } from './run-teardown.ts';
