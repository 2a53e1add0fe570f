#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `dmtool needs Node.js 22.13 or later; this is ${process.versions.node} (${process.execPath}).\n`,
  );
  process.exit(5);
}
const { execute } = await import('@oclif/core');
// Not awaited: with `dmtool --help | head -1` an awaited promise never settles, and Node exits with 13.
void execute({ dir: import.meta.url });
