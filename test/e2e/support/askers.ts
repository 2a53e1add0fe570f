import { readFileSync } from 'node:fs';
import { LabFailure } from '../../lab/errors.ts';
import type { Guest } from '../../lab/guest.ts';
import { nodePath, repositoryPath } from '../../lab/paths.ts';
import { dmtool, must, setupPool } from './shell.ts';

/** The programs that ask `dmtool status` are there for guests alone. */
export const isHost = process.env['DMTOOL_LAB'] === 'host';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** A block of code out of the README, by its language and a text in it: what it tells is what the stories do. */
export function readmeBlock(language: string, holds = ''): string {
  const blocks = readme.matchAll(/^```(\w+)\n(.*?)^```$/gms);
  const found = [...blocks].filter(([, name, text = '']) => name === language && text.includes(holds));
  const [[, , text] = [], ...others] = found;
  if (text === undefined || others.length > 0)
    throw new LabFailure(`${found.length} blocks of ${language} in README.md`);
  return text;
}

/** dmtool as `npm install --global` leaves it, and a pool that is well and watched. */
export async function installWithPool(guest: Guest, disk: string): Promise<void> {
  await must(
    guest,
    'ln -sf "$1" /usr/local/bin/node; ln -sf "$2" /usr/local/bin/dmtool',
    ...[nodePath, `${repositoryPath}/bin/dmtool.js`],
  );
  const made = await dmtool(guest, [...setupPool, '--device', disk, '--yes']);
  if (made.exitCode !== 0) throw new LabFailure(made.stderr);
}
