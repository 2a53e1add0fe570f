import { fileURLToPath } from 'node:url';

const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** This repository, at the same path in a guest as on the host. */
export const repositoryPath = here('../..').replace(/\/$/, '');

/** The Node that the project pins, for everything that runs inside. */
export const nodePath = `${repositoryPath}/node_modules/node/bin/node`;

/** What bootstrap.js compiles out of native/. */
export const nativePath = (name: 'init' | 'keeper' | 'ptrace-shim.so'): string => `${repositoryPath}/.lab/${name}`;

/** Administrators' programs are in the search path even where the tests run as somebody else. */
export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
