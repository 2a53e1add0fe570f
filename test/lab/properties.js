import fc from 'fast-check';

// Everybody draws the same cases, so that what breaks a test is a change; DMTOOL_SEED=any number draws others.
fc.configureGlobal({ seed: Number(process.env.DMTOOL_SEED ?? 1) });
