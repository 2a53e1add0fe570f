import test from 'ava';
import { hasDevicemapperDriver, majorVersion, parseDockerdVersion } from '../../../src/engines/docker/version.ts';
import { UnreadableOutput } from '../../../src/tools/unreadable.ts';
import { recorded } from '../../tools/recorded.ts';

test('the version of a daemon is read with what its distribution adds', (t) => {
  for (const text of recorded('docker', 'dockerd-version.txt')) t.is(parseDockerdVersion(text), '20.10.24+dfsg1');
  t.is(parseDockerdVersion('Docker version 24.0.9, build fca702d'), '24.0.9');
  t.is(parseDockerdVersion('Docker version 1.13.1, build 07f3374/1.13.1\n'), '1.13.1');
  t.is(parseDockerdVersion('Docker version 17.06.2-ce, build cec0b72\n'), '17.06.2-ce');
});

test('what is no version is refused', (t) => {
  for (const text of ['', 'Docker version , build', 'Podman version 4.3.1', 'Docker version twenty, build x'])
    t.throws(() => parseDockerdVersion(text), { instanceOf: UnreadableOutput }, text);
});

test('the driver is there up to version 24', (t) => {
  t.is(majorVersion('20.10.24+dfsg1'), 20);
  for (const version of ['1.13.1', '18.09.1', '20.10.24+dfsg1', '24.0.9'])
    t.true(hasDevicemapperDriver(version), version);
  for (const version of ['25.0.0', '26.1.5+dfsg1', '28.2.2']) t.false(hasDevicemapperDriver(version), version);
});
