import test from 'ava';
import { examine } from '../../src/health/examine.ts';
import type { PoolReport } from '../../src/health/pool-report.ts';
import type { Examination } from '../../src/model/examination.ts';
import type { ActiveThin } from '../../src/model/pool-device.ts';
import { bytes, GIB, sectors } from '../../src/units/quantity.ts';
import { CONFIG_PATH, dockerFacts } from '../plan/docker-hosts.ts';
import { kernelPool } from '../plan/hosts.ts';
import { poolReport } from './surveys.ts';

// What takes a closer look: devices and their mounts, Docker's settings, the next boot.

const well: Examination = {
  thinCheck: { path: '/usr/sbin/thin_check', isThere: true },
  docker: null,
  containerd: null,
  active: [],
  daemonPid: 7,
  commands: new Map([[9, 'sleep']]),
  unfinished: { names: [] },
};
const found = (facts: Partial<Examination>, pool: Partial<PoolReport> = {}, kernel = [kernelPool('docker-thinpool')]) =>
  examine({ ...well, ...facts }, [poolReport(pool)], { thinPools: kernel }).map(
    ({ state, code, pool: about, text, remedy }) => `${state} ${code} ${about}: ${text} -> ${remedy}`,
  );
const thin = (name: string, facts: Partial<ActiveThin> = {}): ActiveThin => ({
  name,
  poolName: 'docker-thinpool',
  id: 1,
  lengthSectors: sectors(0),
  mappedSectors: null,
  mounts: [],
  own: null,
  ...facts,
});

test('nothing is found of what is well', (t) => {
  t.deepEqual(found({}), []);
  t.deepEqual(found({ docker: dockerFacts({ startsAfter: [] }) }), []);
});

test('without thin_check LVM activates no pool; others need none', (t) => {
  const thinCheck = { path: '/usr/sbin/thin_check', isThere: false };
  t.regex(
    found({ thinCheck })[0] ?? '',
    /^WARNING DM124 LVM: \/usr\/sbin\/thin_check is not there.*-> apt-get install/,
  );
  t.deepEqual(found({ thinCheck }, { kind: 'raw' }), []);
  t.deepEqual(found({ thinCheck: null }), []);
});

test('runs that have not ended are told, and a journal that says nothing of them', (t) => {
  t.deepEqual(found({ unfinished: { names: ['resize of docker/thinpool'] } }), [
    'WARNING DM134 dmtool: resize of docker/thinpool has begun and not ended: it was cut off, or is at work now -> the same command again',
  ]);
  t.deepEqual(found({ unfinished: { problem: 'journal.json can not be read' } }), [
    'WARNING DM134 dmtool: journal.json can not be read -> mend it, or bring it back from a backup',
  ]);
});

test('virtual sizes are counted once for each device, beside the pool and its VG', (t) => {
  const data = { usedBytes: bytes(0), totalBytes: bytes(GIB), usedPercent: 0 };
  const vg = { name: 'docker', sizeBytes: bytes(GIB), freeBytes: bytes(GIB), freePercent: 0 };
  const size = (gib: number) => sectors(gib * 2 ** 21);
  const one = thin('a', { lengthSectors: size(2) });
  t.deepEqual(found({ active: [one, { ...one, name: 'again' }] }, { data, vg }), []);
  const other = thin('b', { id: 2, lengthSectors: size(1), poolName: 'docker-thinpool-tpool' });
  t.deepEqual(found({ active: [one, other] }, { data, vg }), [
    'INFO DM126 docker/thinpool: its active thin volumes have 3 GiB in all, and it and its VG 2 GiB -> dmtool device list',
  ]);
  t.is(found({ active: [one, thin('c', { poolName: 'another', id: 3, lengthSectors: size(9) })] }, { data }).length, 1);
  t.deepEqual(found({ active: [one] }, { data: null }), []);
});

test('devices of two data roots on one pool are two daemons', (t) => {
  const active = [
    thin('docker-8:1-11-base'),
    thin('docker-8:1-11-abc', { id: 2 }),
    thin('docker-8:1-22-base', { id: 3 }),
  ];
  t.deepEqual(found({ active: active.slice(0, 2) }), []);
  t.regex(found({ active })[0] ?? '', /^CRITICAL DM130 .*\(docker-8:1-11, docker-8:1-22\)/);
});

test('a mount is leaked when neither host nor daemon have it', (t) => {
  const mount = (pid: number | null) => ({ mountPoint: '/mnt/x', filesystem: 'xfs', pid });
  const leaked = (...pids: (number | null)[]) =>
    found({ active: [thin('docker-8:1-11-abc', { mounts: pids.map(mount) })] });
  t.deepEqual(leaked(9), [
    "WARNING DM132 docker/thinpool: docker-8:1-11-abc is mounted on /mnt/x in the view of process 9 (sleep) alone, and can't be removed -> nsenter --target 9 --mount umount /mnt/x",
  ]);
  t.regex(leaked(10)[0] ?? '', /process 10 \(gone\)/);
  for (const pids of [[], [null], [7], [9, 7], [9, null]]) t.deepEqual(leaked(...pids), [], String(pids));
  t.deepEqual(found({ active: [thin('vol', { mounts: [mount(9)] })] }), []);
});

const config = (content: string | null) => ({ ...dockerFacts().config, content });
const onPool = config('{"storage-opts": ["dm.thinpooldev=/dev/mapper/docker-thinpool"]}');
const waiting = ['dmtool-pool-docker-thinpool.service'];
const info = (poolName: string) => ({
  driver: 'devicemapper',
  driverStatus: { 'Pool Name': poolName },
  dataRoot: '/',
  liveRestore: false,
  swarm: false,
});

test('a Docker whose pool is another one, or none', (t) => {
  t.deepEqual(found({ docker: dockerFacts({ config: onPool, startsAfter: waiting }) }), []);
  t.deepEqual(
    found({ docker: dockerFacts({ config: onPool, startsAfter: waiting }) }, {}, [kernelPool('docker-thinpool-tpool')]),
    [],
  );
  t.deepEqual(
    found({ docker: dockerFacts({ config: onPool, startsAfter: waiting, info: info('docker-thinpool') }) }),
    [],
  );
  t.deepEqual(
    found({ docker: dockerFacts({ config: onPool, startsAfter: waiting }) }, {}, [
      kernelPool('docker-thinpool', { table: null }),
    ]),
    ['CRITICAL DM128 Docker: it is set to use pool docker-thinpool, which the kernel does not run -> dmtool activate'],
  );
  t.regex(
    found({ docker: dockerFacts({ config: onPool, startsAfter: waiting, info: info('other') }) })[0] ?? '',
    /^WARNING DM128 Docker: it runs on pool other, and is set to use docker-thinpool from its next start on/,
  );
});

test('what stands in a flag and in daemon.json keeps Docker from starting', (t) => {
  const words = ['dockerd', '--storage-driver', 'overlay2', ''].join('\0');
  const settings = [{ path: '/proc/1/cmdline', kind: 'process', content: words }] as const;
  t.deepEqual(found({ docker: dockerFacts({ settings }) }), []);
  const both = dockerFacts({ settings, config: config('{"storage-driver": "devicemapper"}') });
  t.deepEqual(found({ docker: both }), [
    `CRITICAL DM129 Docker: storage-driver stands in ${CONFIG_PATH} and, as overlay2, in /proc/1/cmdline: Docker does not start with both -> grep -n -- storage-driver /proc/1/cmdline`,
  ]);
  const running = dockerFacts({ config: config('{'), services: [{ name: 'docker', state: 'running' }] });
  t.regex(
    found({ docker: running })[0] ?? '',
    /^WARNING DM129 Docker: .*daemon\.json, line 1: .*: Docker does not start on it/,
  );
});

test('a service that does not wait for its pool may come before it', (t) => {
  const docker = (startsAfter: string[] | null) => dockerFacts({ config: onPool, startsAfter });
  t.regex(found({ docker: docker(['basic.target']) })[0] ?? '', /^WARNING DM131 docker\/thinpool: docker\.service/);
  for (const unit of ['dmtool-pool-docker-thinpool.service', 'lvm2-activation.service'])
    t.deepEqual(found({ docker: docker(['basic.target', unit]) }), [], unit);
  // systemd never has a thin pool's device for ready: to wait for it is to wait in vain.
  for (const unit of ['dev-mapper-docker\\x2dthinpool.device', 'dev-dm\\x2d2.device'])
    t.regex(found({ docker: docker([unit]) })[0] ?? '', /^WARNING DM131 /, unit);
  t.deepEqual(found({ docker: docker(null) }), []);
  t.deepEqual(found({ docker: dockerFacts({ startsAfter: [] }) }), []);
  t.deepEqual(found({ docker: docker([]) }, { device: '/dev/mapper/other' }), []);
});
