import test from 'ava';
import { newPvUuid } from '../../src/cli/pv-uuid.ts';

test('a UUID has LVM’s form, and no two are alike', (t) => {
  const uuids = Array.from({ length: 100 }, newPvUuid);
  for (const uuid of uuids) t.regex(uuid, /^[0-9a-zA-Z]{6}(-[0-9a-zA-Z]{4}){5}-[0-9a-zA-Z]{6}$/);
  t.is(new Set(uuids).size, 100);
});
