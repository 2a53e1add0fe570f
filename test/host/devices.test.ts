import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { probeDevice } from '../../src/host/devices.ts';
import type { Launcher } from '../../src/host/launcher.ts';
import { folder } from './folder.ts';

const none: Launcher = {
  run: (argv) => Promise.reject(new Error(`nothing is to be run: ${argv.join(' ')}`)),
  [Symbol.asyncDispose]: async () => {},
};
const probe = (asked: string) => probeDevice(asked, () => true, none);

test('a path that leads nowhere, or in a circle, or is none, is told as that', async (t) => {
  const directory = folder(t);
  const [file, circle] = [join(directory, 'file'), join(directory, 'circle')];
  writeFileSync(file, '');
  symlinkSync(circle, circle);
  t.like(await probe(join(directory, 'none')), { kind: 'absent' });
  t.like(await probe(file), { kind: 'not-block', asked: file });
  t.like(await probe(`${file}/x`), { kind: 'absent' });
  for (const path of [circle, '/dev/'.concat('x'.repeat(5000))])
    t.like(await probe(path), { kind: 'unreadable', path });
});

test('whatever is typed for a device is looked at, and nothing is run', async (t) => {
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('..', ' ', '\n', '-', '🐳', '\u001b'),
  );
  const typed = fc
    .tuple(
      fc.constantFrom('', '-', '/nonexistent/', '/nonexistent/../nonexistent/', './'),
      fc.array(part, { maxLength: 4 }),
    )
    .map(([start, parts]) => `${start}no-such-${parts.join('/')}`.replaceAll('\0', ''));
  await fc.assert(
    fc.asyncProperty(typed, async (asked) => {
      const facts = await probe(asked);
      return ['absent', 'not-block', 'unreadable'].includes(facts.kind) && facts.asked === asked;
    }),
  );
  t.pass();
});
