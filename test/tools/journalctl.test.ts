import test from 'ava';
import { journalTail } from '../../src/tools/journalctl.ts';

test('the last lines of one unit are asked for, without a pager to wait in', (t) => {
  const words = journalTail('docker.service', 20);
  for (const word of ['--unit=docker.service', '--lines=20', '--output=cat', '--no-pager'])
    t.true(words.includes(word));
});
