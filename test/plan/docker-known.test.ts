import test from 'ava';
import type { Host } from '../../src/model/host.ts';
import { container, type Scene, usedTree } from './docker-hosts.ts';
import {
  assertSame,
  carryOut,
  cleanupPlan,
  cutOff,
  cutsWithin,
  setupAgain,
  setupPlan,
  teardownPlan,
  walk,
} from './docker-runs.ts';
import { type Recipe, situate } from './docker-situations.ts';

const containers = [container('web'), container('db', { restartPolicy: 'unless-stopped' })];
const tree = usedTree({ containers });
const LIVE = '{"live-restore":true,"storage-driver":"overlay2","storage-opts":["overlay2.size=1G"]}';

/** What chance may leave out: one of each kind, told by what is special about it. */
const { overlay2: _, ...withoutLayers } = tree;
const onFiles = { ...withoutLayers, devicemapper: { poolName: null } };

const KNOWN: Record<string, Scene & { carryVolumes?: boolean; on?: Recipe['on'] }> = {
  'never started': { up: 'stopped' },
  'running, with containers': { tree, config: '{}\n' },
  'with volumes to take over': { tree, carryVolumes: true },
  'with live-restore and options of another driver': { tree, config: LIVE },
  'with a data root of its own filesystem, and volumes': { tree, isMountPoint: true, carryVolumes: true },
  'with an empty filesystem of its own': { tree: {}, isMountPoint: true, up: 'stopped' },
  'on files of its own': { tree: onFiles },
  'behind its socket': { tree, up: 'socket' },
  'killed, its mounts left': { tree, up: 'died', carryVolumes: true },
  'without systemd, in a VG of others': { tree, manager: 'sysv', on: 'vg' },
};

for (const [name, { carryVolumes = false, on = 'disk', ...scene }] of Object.entries(KNOWN)) {
  test(`Docker ${name}: setup and teardown go on after any cut, and cleanup is possible`, (t) => {
    const situation = situate({ on, scene, carryVolumes, storageOptions: [] });
    const plan = setupPlan(situation);
    const installed = carryOut(situation.host, plan);
    const eachCut = (host: Host, of: typeof plan) => [
      ...walk(host, of.steps).map((now) => cutOff(now, of)),
      ...cutsWithin(host, of).map(({ cut }) => cut),
    ];
    for (const cut of eachCut(situation.host, plan)) {
      assertSame(carryOut(cut, setupAgain(cut, situation)), installed, 'on');
      assertSame(carryOut(cut, teardownPlan(cut)), situation.host, 'back');
    }
    for (const cut of eachCut(installed, teardownPlan(installed)))
      assertSame(carryOut(cut, teardownPlan(cut)), situation.host, 'on with teardown');
    for (const cut of eachCut(installed, cleanupPlan(installed)))
      t.is(carryOut(cut, teardownPlan(cut)).docker?.dataRoot.backups.length, 0);
    const cleaned = carryOut(installed, cleanupPlan(installed));
    t.deepEqual(cleanupPlan(cleaned).steps, []);
    t.is(carryOut(cleaned, teardownPlan(cleaned)).docker?.dataRoot.backups.length, 0);
  });
}
