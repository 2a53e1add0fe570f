import test from 'ava';
import { resizeIntent } from '../../src/cli/resize-intent.ts';
import { UsageError } from '../../src/cli/usage-error.ts';
import { GIB, MIB } from '../../src/units/quantity.ts';

const wish = (size: string) => resizeIntent({ size }, '').data;

test('a size, so much more, or a share of what is free', (t) => {
  t.deepEqual(wish('200G'), { kind: 'to', sizeBytes: 200n * GIB } as never);
  t.deepEqual(wish('+20GiB'), { kind: 'by', sizeBytes: 20n * GIB } as never);
  t.deepEqual(wish('+100%FREE'), { kind: 'free-share', percent: 100 });
  t.deepEqual(wish('+50%free'), { kind: 'free-share', percent: 50 });
  t.deepEqual(resizeIntent({ metadata: '+8M' }, '').metadata, { kind: 'by', sizeBytes: 8n * MIB } as never);
  t.is(resizeIntent({}, '').data, null);
});

test('what is no size is told with what is one', (t) => {
  for (const text of ['', '0', '-5G', '95%', '+101%FREE', '+0%FREE', '100%FREE', 'lots', '+', '1.2.3G'])
    t.throws(() => wish(text), { instanceOf: UsageError, message: /SIZE/ }, text);
  t.throws(() => resizeIntent({ metadata: '5%' }, ''), { message: /--metadata/ });
  t.throws(() => resizeIntent({ device: [''] }, ''), { message: /--device/ });
  t.throws(() => resizeIntent({ pool: '' }, ''), { message: /--pool/ });
  t.is(resizeIntent({ device: ['sdb', 'sdc'] }, '').newPvUuids.length, 2);
});
