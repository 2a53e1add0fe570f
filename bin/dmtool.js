#!/usr/bin/env node
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `dmtool needs Node.js 22.13 or later; this is ${process.versions.node} (${process.execPath}).\n`,
  );
  process.exit(5);
}
// Compiled code is kept for the next start, in a folder that only root can write; safe to remove.
if (process.geteuid() === 0) module.enableCompileCache('/var/cache/dmtool');
await import('../dist/main.js');
