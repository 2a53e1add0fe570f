import { parseContainerdVersion, parseNames, parsePluginStatus, parseSnapshots } from '../../src/tools/containerd.ts';
import { readDump } from '../../src/tools/containerd-config.ts';
import { parseFailedThins, parseThinPools, parseThinTables } from '../../src/tools/dmsetup.ts';
import { parseThinDevices } from '../../src/tools/dmsetup-thin.ts';
import { parseContainer, parseContainerIds, parseInfo, parsePluginName } from '../../src/tools/docker-api.ts';
import {
  parseContainerFile,
  parseDeviceRecord,
  parseDeviceSet,
  parseImageFile,
  parseOwnSetup,
  parseTags,
} from '../../src/tools/docker-files.ts';
import {
  parseDaemonMessage,
  parseImageLayers,
  parseImageList,
  parseImageUsers,
  parseLayersSize,
  parseManifest,
} from '../../src/tools/docker-images.ts';
import { parseImageConfig, parseInspected } from '../../src/tools/docker-inspect.ts';
import { containerList } from '../../src/tools/docker-run-line.ts';
import { parseDockerdVersion } from '../../src/tools/docker-version.ts';
import { checkFilesystem, verdictOf } from '../../src/tools/fsck.ts';
import { lastLines } from '../../src/tools/journalctl.ts';
import { parseKernelWords } from '../../src/tools/kmsg.ts';
import { parseLosetup } from '../../src/tools/losetup.ts';
import { parseFullReport } from '../../src/tools/lvm-report.ts';
import { parseLvmconfig } from '../../src/tools/lvmconfig.ts';
import { parseLvmdiskscan } from '../../src/tools/lvmdiskscan.ts';
import { isOntoItself, parseMountinfo } from '../../src/tools/mountinfo.ts';
import { isOpenForWriting, parseSwaps } from '../../src/tools/proc-files.ts';
import { parseProfile } from '../../src/tools/profile.ts';
import { parseRawPools } from '../../src/tools/raw-pools.ts';
import { formatCheck, formatFilesystems, parseCheck, parseFilesystems } from '../../src/tools/repair-files.ts';
import { parseUnits } from '../../src/tools/systemctl.ts';
import { parsePax, parseTarHeader } from '../../src/tools/tar.ts';
import { parseHeldRoot, parseThinLs } from '../../src/tools/thin-ls.ts';
import { parseWipefs } from '../../src/tools/wipefs.ts';
import { recordedFiles } from './docker-store.ts';
import { recorded, recordedCases } from './recorded.ts';

/** A parser, and texts that it reads. */
export interface Reader {
  parse: (text: string) => unknown;
  texts: readonly string[];
}

const cases = (program: string, pattern: string): string[] => recordedCases(program, pattern).map(({ text }) => text);
const docker = (file: string): string[] => recorded('docker', file);
const store = (part: string): string[] => recordedFiles(part).flatMap((files) => files.map(([, text]) => text));

const [POOL_TABLE = ''] = recorded('dmsetup', 'finished-pool.table');
const [POOL_STATUS = ''] = recorded('dmsetup', 'finished-pool.status');
const [DEVICES_TABLE = ''] = docker('thin-devices.table');
const [DEVICES_STATUS = ''] = docker('thin-devices.status');
const PROFILE = 'activation {\n\tthin_pool_autoextend_threshold=80\n\tthin_pool_autoextend_percent=20\n}\n';
const RAW_POOLS = JSON.stringify({
  version: 1,
  pools: [
    {
      name: 'pool',
      table: '0 3973120 thin-pool 254:0 254:1 1024 0 1 skip_block_zeroing',
      data: { path: '/srv/data', loop: { offsetBytes: '0', sizeLimitBytes: '512' } },
      metadata: { path: '/dev/sdb', loop: null },
    },
  ],
});
const OWN_SETUP =
  '{"Device":"/dev/xvdf","ThinpPercent":95,"ThinpMetaPercent":1,"AutoExtendThreshold":80,"AutoExtendPercent":20}';

const TAR_HEADER = `${'manifest.json'.padEnd(100, '\0')}${'0000644\0'.repeat(3)}00000002000\0${'14000000000\0'}0000000\0${'0'.padEnd(356, '\0')}`;

/** Every answer and every file that is read, by who wrote it. */
export const READERS: Readonly<Record<string, Reader>> = {
  'dmsetup table': {
    parse: (text) => parseThinPools(text, POOL_STATUS),
    texts: cases('dmsetup', '*.table'),
  },
  'dmsetup status': {
    parse: (text) => parseThinPools(POOL_TABLE, text),
    texts: cases('dmsetup', '*.status'),
  },
  'dmsetup table, of devices': { parse: (text) => parseThinTables(text), texts: docker('*.table') },
  'dmsetup table, of all': {
    parse: (text) => parseThinDevices(text, DEVICES_STATUS),
    texts: docker('*.table'),
  },
  'dmsetup status, of all': {
    parse: (text) => parseThinDevices(DEVICES_TABLE, text),
    texts: docker('*.status'),
  },
  'dmsetup status, of one': { parse: parseHeldRoot, texts: cases('dmsetup', 'finished-pool.status') },
  'dmsetup table, of failed devices': {
    parse: parseFailedThins,
    texts: [...docker('*.table'), 'docker-8:1-7-abc: 0 20971520 thin Fail\n'],
  },
  thin_ls: { parse: parseThinLs, texts: docker('thin-devices.thin-ls') },
  'lvm fullreport': { parse: parseFullReport, texts: cases('lvm', '*.json') },
  lvmconfig: { parse: parseLvmconfig, texts: cases('lvmconfig', '*.txt') },
  lvmdiskscan: { parse: parseLvmdiskscan, texts: cases('lvmdiskscan', '*.txt') },
  'a profile': { parse: parseProfile, texts: [PROFILE] },
  losetup: { parse: parseLosetup, texts: cases('losetup', '*.json') },
  wipefs: { parse: parseWipefs, texts: cases('wipefs', '*.txt') },
  'systemctl show': { parse: parseUnits, texts: docker('*.show') },
  mountinfo: {
    parse: (text) => {
      const mounts = parseMountinfo(text);
      return mounts.map((mount) => isOntoItself(mount, mounts));
    },
    texts: docker('*.mountinfo'),
  },
  '/dev/kmsg': {
    parse: (text) => parseKernelWords([text]),
    texts: ['4,560,42500000,-;device-mapper: thin: 254:2: switching pool to read-only mode\n'],
  },
  'containerd --version': { parse: parseContainerdVersion, texts: recorded('containerd', '*.containerd-version') },
  'containerd config dump': { parse: readDump, texts: recorded('containerd', '*.dump') },
  'ctr namespaces ls': {
    parse: (text) => parseNames('namespaces', text),
    texts: recorded('containerd', '*.namespaces'),
  },
  'ctr images ls': {
    parse: (text) => parseNames('images', text),
    texts: ['docker.io/library/box:1\nmoby-dangling@sha256:00ab\n'],
  },
  'ctr plugins ls': { parse: parsePluginStatus, texts: recorded('containerd', '*.plugins') },
  'ctr snapshots ls': { parse: parseSnapshots, texts: recorded('containerd', '*.snapshots') },
  'dockerd --version': { parse: parseDockerdVersion, texts: docker('dockerd-version.txt') },
  'GET /info': { parse: parseInfo, texts: docker('*.info.json') },
  'GET /containers/json': { parse: parseContainerIds, texts: docker('*.containers.json') },
  'GET /containers/json, of images': { parse: parseImageUsers, texts: docker('*.containers.json') },
  'GET /containers/ID/json': { parse: parseContainer, texts: docker('images.many.json') },
  'GET /containers/ID/json, to run it again': {
    // What was asked for may be below zero: -1 is without limit.
    parse: (text) => containerList([{ container: parseInspected(text), image: {}, isKept: true }]),
    texts: docker('images.many.json'),
  },
  'GET /images/ID/json, of its config': {
    parse: (text) => Object.keys(parseImageConfig(text)),
    texts: docker('images.image-of-many.json'),
  },
  'GET /images/ID/json': { parse: parseImageLayers, texts: docker('images.image.json') },
  'GET /images/json': { parse: parseImageList, texts: docker('*.images.json') },
  'GET /system/df': { parse: parseLayersSize, texts: docker('images.df.json') },
  'an error of dockerd': { parse: parseDaemonMessage, texts: docker('images.error.json') },
  'manifest.json': { parse: parseManifest, texts: docker('images.manifest.json') },
  'a plugin': { parse: parsePluginName, texts: ['{"plugin":{"Name":"vieux/sshfs:latest"}}'] },
  'devicemapper/metadata': { parse: (text) => parseDeviceRecord('base', text), texts: store('metadata') },
  'deviceset-metadata': { parse: parseDeviceSet, texts: docker('thin-pool.deviceset-metadata') },
  'setup-config.json': { parse: parseOwnSetup, texts: [OWN_SETUP] },
  'config.v2.json': { parse: parseContainerFile, texts: store('containers') },
  'an image': { parse: parseImageFile, texts: store('images') },
  'repositories.json': { parse: parseTags, texts: docker('*repositories.json') },
  'raw-pools.json': { parse: parseRawPools, texts: [RAW_POOLS] },
  'check, of a repair': { parse: parseCheck, texts: [formatCheck({ isSound: true, isFull: false })] },
  'filesystems, of a repair': {
    parse: parseFilesystems,
    texts: [formatFilesystems([{ name: 'docker/one', verdict: 'damaged', detail: 'exit code 4' }])],
  },
  blkid: { parse: (text) => checkFilesystem(text.trim(), '/dev/mapper/docker-one'), texts: ['ext4\n', 'xfs\n'] },
  'e2fsck, xfs_repair': {
    parse: (text) => [0, 1, 4].map((exitCode) => verdictOf(exitCode, text)),
    texts: [
      'Warning: skipping journal recovery because doing a read-only filesystem check.\n',
      'ALERT: The filesystem has valuable metadata changes in a log which is being\nignored because the -n option was used.\n',
    ],
  },
  'a log': { parse: (text) => lastLines(text, 2), texts: ['one\n\ntwo\nthree\n'] },
  '/proc/swaps': {
    parse: parseSwaps,
    texts: [
      'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n/dev/sda5 partition\t998396\t0\t-2\n/swap\\040file file\t1\t0\t-3\n',
    ],
  },
  fdinfo: { parse: isOpenForWriting, texts: ['pos:\t0\nflags:\t0100002\nmnt_id:\t15\nino:\t7\n'] },
  'a tar header': { parse: (text) => parseTarHeader(Buffer.from(text)), texts: [TAR_HEADER] },
  'a pax header': { parse: parsePax, texts: ['20 path=manifest.json\n13 size=1024\n'] },
};
