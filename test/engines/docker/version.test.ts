import test from 'ava';
import { hasDevicemapperDriver } from '../../../src/engines/docker/version.ts';

test('the driver is there up to version 24', (t) => {
  for (const version of ['1.13.1', '18.09.1', '20.10.24+dfsg1', '24.0.9'])
    t.true(hasDevicemapperDriver(version), version);
  for (const version of ['25.0.0', '26.1.5+dfsg1', '28.2.2']) t.false(hasDevicemapperDriver(version), version);
});
