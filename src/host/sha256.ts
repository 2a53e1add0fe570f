import type { Hash } from 'node:crypto';

/** A new SHA-256. Node's crypto is loaded with the first: at every start it would cost as much as running a small program. */
export const sha256 = (): Hash => process.getBuiltinModule('node:crypto').createHash('sha256');
