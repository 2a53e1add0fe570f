import test from 'ava';
import { boot } from '../lab/boot.ts';
import { diskOf, dmtool, must, setupPool } from './support/shell.ts';

// The lab's own story about guests of another Debian release.

const isHost = process.env['DMTOOL_LAB'] === 'host';

for (const init of ['lab', 'systemd'] as const) {
  test(`Debian 13 under ${init}: its own LVM, and dmtool makes a pool that is there again after a reboot`, async (t) => {
    if (isHost) return t.pass('the host has the release that it has');
    await using guest = await boot({ disks: ['1G'], release: 'trixie', init });
    t.is(await must(guest, '. /etc/os-release; echo "$VERSION_ID"'), '13\n');
    t.regex(await must(guest, 'lvm version'), /LVM version: +2\.03\.31/);
    t.regex((await dmtool(guest, ['--version'])).stdout, /^dmtool\//);
    const made = await dmtool(guest, [...setupPool, '--device', diskOf(guest), '--yes']);
    t.is(made.exitCode, 0, made.stderr);
    t.regex((await dmtool(guest, ['status'])).stdout, /OK/);
    await must(guest, 'echo kept > /etc/kept; sync');

    await guest.reboot();
    t.is(await guest.readFile('/etc/kept'), 'kept\n');
    // Nothing but systemd brings pools back by itself.
    if (init === 'lab') await must(guest, 'vgchange --activate y');
    t.regex((await dmtool(guest, ['status'])).stdout, /OK/);
  });
}
