import test from 'ava';
import { boot } from '../lab/boot.ts';
import type { Guest, Job } from '../lab/guest.ts';
import { assertAsBefore, takeSnapshot } from './crash-support/machine.ts';
import { waitForLock } from './crash-support/stopping.ts';

// Told at a terminal, where dmtool asks: script(1) is the terminal, a named pipe the keyboard.

interface Terminal {
  readonly job: Job;
  readonly screen: () => Promise<string>;
  readonly type: (text: string) => Promise<unknown>;
}

async function openTerminal(guest: Guest, command: string): Promise<Terminal> {
  const directory = (await guest.sh('d=$(mktemp -d); mkfifo "$d/keys"; printf %s "$d"')).stdout;
  const program = 'exec 3<> "$1/keys"; exec script --quiet --return --flush --command "$2" "$1/screen" <&3';
  const job = guest.start(['sh', '-c', program, 'terminal', directory, command]);
  return {
    job,
    screen: () => guest.readFile(`${directory}/screen`),
    type: (text) => guest.run(['sh', '-c', 'printf %s "$2" > "$1/keys"', 'type', directory, text]),
  };
}

/** Waits until the screen shows that. */
async function waitFor({ screen, job }: Terminal, text: string): Promise<void> {
  let over = false;
  void job.result.finally(() => {
    over = true;
  });
  for (;;) {
    const ended = over;
    const shown = await screen().catch(() => '');
    if (shown.includes(text)) return;
    if (ended) throw new Error(`the program ended and never said "${text}":\n${shown}`);
  }
}

test.serial('what changed between question and answer is not taken', async (t) => {
  await using guest = await boot({ disks: ['512M', '512M'] });
  const [disk = '', other = ''] = guest.disks;
  const asked = await openTerminal(guest, `dmtool setup --engine none --device ${disk}`);
  await waitFor(asked, 'Go on? [y/N]');
  t.is((await guest.run(['mkswap', disk])).exitCode, 0);
  const before = await takeSnapshot(guest);
  await asked.type('y\n');
  t.is((await asked.job.result).exitCode, 3, await asked.screen());
  t.regex(await asked.screen(), /Refused; nothing was changed:\s+\/dev\/ubdb: it carries swap/);
  await assertAsBefore(t, guest, before);

  // Here the disk is still fit for it, but the plan that was agreed to is another one.
  await guest.sh(`pvcreate ${other}; vgcreate vg0 ${other}`);
  const sized = await openTerminal(guest, 'dmtool setup --engine none --vg vg0');
  await waitFor(sized, 'Go on? [y/N]');
  await guest.sh('lvcreate --yes -L 64M -n home vg0');
  const with64M = await takeSnapshot(guest);
  await sized.type('y\n');
  t.is((await sized.job.result).exitCode, 3, await sized.screen());
  t.regex(await sized.screen(), /The host changed between your answer and the first step; nothing was changed/);
  await assertAsBefore(t, guest, with64M);
});

test.serial('a terminal that is gone in the middle of a run: the run is undone', async (t) => {
  await using guest = await boot({ disks: ['512M'] });
  if (!guest.can('fault')) return t.pass('programs of the host are not replaced');
  const before = await takeSnapshot(guest);
  const fault = await guest.hangProgram('lvcreate', { when: '--name thinpoolmeta' });
  const terminal = await openTerminal(guest, `dmtool setup --engine none --device ${guest.disks[0]}`);
  await waitFor(terminal, 'Go on? [y/N]');
  await terminal.type('y\n');
  await fault.reached();
  terminal.job.kill('SIGKILL');
  await terminal.job.result;
  await fault.release();
  await waitForLock(guest);
  await fault.remove();
  await assertAsBefore(t, guest, before);
});
