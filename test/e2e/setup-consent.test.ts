import test from 'ava';
import { boot } from '../lab/boot.ts';
import { diskOf, dmtool, dmtoolJson, must, refusalCodes, setupPool } from './support/shell.ts';
import { machineState } from './support/state.ts';
import { onTerminal } from './support/terminal.ts';

// Nothing is destroyed that the operator did not agree to.

test('without a terminal nobody is asked; on one, what is lost is told first, and only a yes is a yes', async (t) => {
  await using guest = await boot({ disks: ['256M'] });
  const disk = diskOf(guest);
  await must(guest, 'mkfs.ext4 -q -L old "$1"', disk);
  const before = await machineState(guest, [disk]);

  const unasked = await dmtool(guest, [...setupPool, '--device', disk, '--wipe']);
  t.is(unasked.exitCode, 3);
  t.is(unasked.stdout, '');
  t.regex(unasked.stderr, /there is no terminal to ask on, and \d+ steps would change this machine\.\n.*--yes/);
  const json = await dmtoolJson(guest, [...setupPool, '--device', disk, '--wipe']);
  t.deepEqual([json.exitCode, json.stderr, ...refusalCodes(json)], [3, '', 'no-consent']);

  const command = `dmtool setup --engine none --device ${disk} --wipe`;
  for (const answer of ['n\\n', 'maybe\\n', '\\003']) {
    const declined = await onTerminal(guest, command, answer);
    t.is(declined.exitCode, 3, declined.screen);
    t.regex(declined.screen, /Not agreed; nothing was changed\./);
    t.true(
      declined.screen.includes(`This will be taken or destroyed:
  everything on ${disk} (256 MiB): it carries ext4 "old"
  ${disk} (256 MiB) becomes an LVM physical volume
`),
      declined.screen,
    );
    t.regex(declined.screen, /^ {2}1\. Wipe the signatures of \S+$/m);
  }
  t.is(await machineState(guest, [disk]), before);
  // A refusal comes before any question.
  const refused = await onTerminal(guest, `dmtool setup --engine none --device ${disk}`, '');
  t.is(refused.exitCode, 3);
  t.notRegex(refused.screen, /Go on/);

  const agreed = await onTerminal(guest, command, 'y\\n');
  t.is(agreed.exitCode, 0, agreed.screen);
  t.regex(agreed.screen, /Thin pool docker\/thinpool is ready/);
  t.is((await must(guest, 'lvs --noheadings -o seg_monitor docker/thinpool')).trim(), 'monitored');
});
