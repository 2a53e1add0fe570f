import test from 'ava';
import { isTrue, parseValue } from '../../../src/engines/docker/option-value.ts';

test('a device is told by its path', (t) => {
  t.deepEqual(parseValue({ is: 'path' }, '/dev/mapper/docker-thinpool'), { value: '/dev/mapper/docker-thinpool' });
  for (const text of ['', 'xvdf', 'dev/xvdf', '/dev/a\nb'])
    t.is(parseValue({ is: 'path' }, text), 'it takes the path of a device');
});

test('yes and no are what Go takes for them', (t) => {
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) {
    t.true(isTrue(text), text);
    t.deepEqual(parseValue({ is: 'boolean' }, text), { value: 'true' }, text);
  }
  for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) {
    t.false(isTrue(text), text);
    t.deepEqual(parseValue({ is: 'boolean' }, text), { value: 'false' }, text);
  }
  for (const text of ['', 'yes', 'tRUE', 'on'])
    t.is(parseValue({ is: 'boolean' }, text), 'it takes true or false', text);
});
