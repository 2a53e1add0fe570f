import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { repair } from '../../src/apply/repair.ts';
import { CommandFailed, ProgramMissing, TransferFailed } from '../../src/host/errors.ts';
import type { RepairAction } from '../../src/plan/step.ts';
import { shellAction, shellIfNeeded } from '../../src/report/script.ts';
import type { Argv } from '../../src/tools/argv.ts';
import { parseCheck, parseFilesystems } from '../../src/tools/repair-files.ts';
import { bytes, MIB } from '../../src/units/quantity.ts';
import { folder } from '../host/folder.ts';

// The real thin_check and thin_repair, on metadata that thin_restore has written into a file.

const mappings = (
  count: number,
): string => `<superblock uuid="" time="0" transaction="1" data_block_size="128" nr_data_blocks="100000">
  <device dev_id="0" mapped_blocks="${count}" transaction="0" creation_time="0" snap_time="0">
${Array.from({ length: count }, (_, index) => `<single_mapping origin_block="${index * 2}" data_block="${index}" time="0"/>`).join('\n')}
  </device>
</superblock>`;

const run = ([program, ...words]: Argv): string => {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new CommandFailed([program, ...words], status ?? -1, stderr);
  return stdout;
};

const ask = async (argv: Argv) => {
  const [program, ...words] = argv;
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (error) throw new ProgramMissing(program);
  return { argv, exitCode: status ?? -1, stdout, stderr };
};

/** Metadata of a pool with so many mappings. */
function metadata(t: ExecutionContext, count = 1000, sizeBytes = 4n * MIB): string {
  const root = folder(t);
  const path = `${root}/metadata`;
  writeFileSync(`${root}/xml`, mappings(count));
  writeFileSync(path, '');
  truncateSync(path, Number(sizeBytes));
  run(['thin_restore', '-i', `${root}/xml`, '-o', path]);
  return path;
}

/** As a disk does that has lost a block: any but the first. */
function damage(path: string): void {
  const fd = openSync(path, 'r+');
  for (let block = 4; block < 40; block++) writeSync(fd, Buffer.alloc(4096, 0xff), 0, 4096, block * 4096);
  closeSync(fd);
}

const options = { run: async (argv: Argv) => void run(argv), ask, onBytes: () => {} };
const perform = (action: RepairAction): Promise<void> => repair(action, options);
const CHECK = 'sha256sum --check metadata.gz.sha256';
const mode = (path: string): number => statSync(path).mode & 0o777;

test('the copy is whole, compressed, for root alone, and sha256sum knows it', async (t) => {
  const device = metadata(t);
  const directory = `${folder(t)}/repair/pool-1`;
  const told: number[] = [];
  const copy = { kind: 'copy-metadata', device, sizeBytes: bytes(4n * MIB), directory } as const;
  await repair(copy, { ...options, onBytes: (done) => told.push(done) });
  t.deepEqual(gunzipSync(readFileSync(`${directory}/metadata.gz`)), readFileSync(device));
  t.true(statSync(`${directory}/metadata.gz`).size < Number(MIB));
  t.is(told.at(-1), Number(4n * MIB));
  t.is(mode(directory), 0o700);
  for (const name of ['metadata.gz', 'metadata.gz.sha256']) t.is(mode(`${directory}/${name}`), 0o600, name);
  t.is(spawnSync('sh', ['-c', CHECK], { cwd: directory }).status, 0);
  // Once more over what is there: nothing but the copy.
  await perform(copy);
  t.deepEqual(readdirSync(directory).toSorted(), ['metadata.gz', 'metadata.gz.sha256']);
});

test('a copy that is not whole is none', async (t) => {
  const device = metadata(t);
  const directory = `${folder(t)}/pool-1`;
  const copy = perform({ kind: 'copy-metadata', device, sizeBytes: bytes(5n * MIB), directory });
  await t.throwsAsync(copy, { message: /has 5242880 bytes, and 4194304 of them could be read/ });
  t.false(existsSync(directory));
});

test('a thin_check that was killed says nothing of the metadata', async (t) => {
  const directory = folder(t);
  const killed = { ...options, ask: async (argv: Argv) => ({ argv, exitCode: 137, stdout: '', stderr: '' }) };
  const device = metadata(t);
  await t.throwsAsync(repair({ kind: 'check-metadata', device, directory }, killed), { instanceOf: CommandFailed });
  t.deepEqual(readdirSync(directory), []);
  const programs = folder(t);
  writeFileSync(`${programs}/thin_check`, '#!/bin/sh\nkill -9 $$\n', { mode: 0o700 });
  const env = { ...process.env, PATH: `${programs}:${process.env['PATH']}` };
  const script = shellAction({ kind: 'check-metadata', device, directory });
  t.is(spawnSync('sh', ['-euc', script], { env }).status, 137);
  t.false(readdirSync(directory).includes('check'));
});

test('new metadata are looked through before anybody uses them', async (t) => {
  const directory = folder(t);
  const device = metadata(t);
  const action = { kind: 'check-mended', device, file: null, directory, around: null } as const;
  await perform(action);
  t.deepEqual(readdirSync(directory), ['mended.thin_check.log']);
  const said: string[] = [];
  const watched = { ...options, run: async (argv: Argv) => void said.push(argv[0]) };
  damage(device);
  const around = { show: ['show'], hide: ['hide'] } as const;
  await t.throwsAsync(repair({ ...action, around }, watched), { instanceOf: CommandFailed });
  t.deepEqual(said, ['show', 'hide']);
  const other = { ...action, device: '/dev/loop77', file: device };
  await t.throwsAsync(perform(other), { message: /does not have .* any more/ });
  const sh = (each: RepairAction) => spawnSync('sh', ['-euc', shellAction(each)]).status;
  t.not(sh(action), 0);
  t.not(sh(other), 0);
  t.is(sh({ ...action, device: metadata(t), around: { show: ['true'], hide: ['true'] } }), 0);
});

test('where the device can’t be read nothing of a copy stays', async (t) => {
  const directory = `${folder(t)}/pool-1`;
  const device = `${folder(t)}/gone`;
  await t.throwsAsync(perform({ kind: 'copy-metadata', device, sizeBytes: bytes(1n), directory }));
  t.false(existsSync(directory));
});

test('what was kept goes with its directory, in a shell too', async (t) => {
  for (const forget of [perform, async (action: RepairAction) => run(['sh', '-euc', shellAction(action)])]) {
    const directory = `${folder(t)}/pool-1`;
    await perform({ kind: 'copy-metadata', device: metadata(t), sizeBytes: bytes(4n * MIB), directory });
    await perform({ kind: 'check-metadata', device: metadata(t), directory });
    await forget({ kind: 'forget-kept', directory });
    t.false(existsSync(directory));
  }
});

const check = async (device: string, directory: string) => {
  await perform({ kind: 'check-metadata', device, directory });
  return parseCheck(readFileSync(`${directory}/check`, 'utf8'));
};

/** What a person’s shell would find. */
const shellCheck = (device: string, directory: string) => {
  spawnSync('sh', ['-euc', shellAction({ kind: 'check-metadata', device, directory })]);
  return parseCheck(readFileSync(`${directory}/check`, 'utf8'));
};

test('thin_check’s verdict, and how full they are, are written down; the script finds the same', async (t) => {
  const directory = folder(t);
  const sound = metadata(t);
  const broken = metadata(t);
  damage(broken);
  const blank = `${folder(t)}/blank`;
  writeFileSync(blank, Buffer.alloc(Number(MIB)));
  // More blocks taken than there are: that is no word about room.
  const odd = metadata(t);
  const taken = openSync(odd, 'r+');
  writeSync(taken, Buffer.alloc(8, 1), 0, 8, 200);
  closeSync(taken);
  // 125 mappings fit into a block: about 490 of 512.
  const full = metadata(t, 60_000, 2n * MIB);
  for (const [device, expected] of [
    [sound, { isSound: true, isFull: false }],
    [broken, { isSound: false, isFull: false }],
    [blank, { isSound: false, isFull: false }],
    [odd, { isSound: false, isFull: false }],
    [full, { isSound: true, isFull: true }],
  ] as const) {
    t.deepEqual(await check(device, directory), expected, device);
    t.deepEqual(shellCheck(device, directory), expected, `script: ${device}`);
  }
  t.is(mode(`${directory}/check`), 0o600);
  t.not(readFileSync(`${directory}/thin_check.log`, 'utf8'), undefined);
});

test('what can be read is written into a new file, and never over one that is there', async (t) => {
  const directory = folder(t);
  const device = metadata(t);
  const before = createHash('sha256').update(readFileSync(device)).digest('hex');
  const path = `${directory}/place/new`;
  const mend = { kind: 'mend-metadata', device, path, sizeBytes: bytes(8n * MIB), directory } as const;
  await perform(mend);
  t.is(statSync(path).size, Number(8n * MIB));
  t.is(mode(path), 0o600);
  t.is(readFileSync(`${directory}/mended`, 'utf8'), `${path}\n`);
  t.deepEqual(await check(path, directory), { isSound: true, isFull: false });
  t.is(createHash('sha256').update(readFileSync(device)).digest('hex'), before);
  await t.throwsAsync(perform(mend), { code: 'EEXIST' });
  t.deepEqual(await check(path, directory), { isSound: true, isFull: false });
});

test('where nothing can be read no new file stays', async (t) => {
  const directory = folder(t);
  const device = `${directory}/blank`;
  writeFileSync(device, Buffer.alloc(Number(MIB)));
  const path = `${directory}/new`;
  await t.throwsAsync(perform({ kind: 'mend-metadata', device, path, sizeBytes: bytes(MIB), directory }));
  t.deepEqual(readdirSync(directory), ['blank']);
});

test('where there is no room for all of it nothing is written', async (t) => {
  const directory = `${folder(t)}/new`;
  const path = `${directory}/metadata`;
  const sizeBytes = bytes(2n ** 60n);
  const mend = perform({ kind: 'mend-metadata', device: '/dev/null', path, sizeBytes, directory });
  await t.throwsAsync(mend, {
    instanceOf: TransferFailed,
    message: /takes 1048576 TiB, and its filesystem has .* free$/,
  });
  t.false(existsSync(directory));
});

/** A filesystem in a file, as mkfs makes it. */
function filesystem(t: ExecutionContext): string {
  const path = `${folder(t)}/fs`;
  writeFileSync(path, '');
  truncateSync(path, Number(16n * MIB));
  run(['mkfs.ext4', '-q', path]);
  return path;
}

test('each filesystem is told for itself, and what can’t be checked keeps nobody from the next', async (t) => {
  const directory = `${folder(t)}/new`;
  const [sound, broken] = [filesystem(t), filesystem(t)];
  const fd = openSync(broken, 'r+');
  writeSync(fd, Buffer.alloc(65536, 0xff), 0, 65536, 8192);
  closeSync(fd);
  const blank = `${folder(t)}/blank`;
  writeFileSync(blank, Buffer.alloc(Number(MIB)));
  const shown = (show: Argv, hide: Argv | null = ['true']) => ({ show, hide });
  const gone = ['sh', '-c', 'echo "device-mapper: reload ioctl on x failed: No data available" >&2; exit 1'] as const;
  const absent = `${folder(t)}/absent`;
  await perform({
    kind: 'check-filesystems',
    directory,
    filesystems: [
      { name: 'a', device: sound, ...shown(['false'], null) },
      { name: 'b', device: broken, ...shown(['true']) },
      { name: 'c', device: blank, ...shown(['false'], null) },
      { name: 'd', device: sound, ...shown(['false']) },
      { name: 'e', device: sound, ...shown(['true'], ['false']) },
      { name: 'f', device: sound, ...shown(['no-such-program']) },
      { name: 'g', device: sound, ...shown(['true']) },
      { name: 'h', device: absent, ...shown(gone) },
      { name: 'i', device: absent, ...shown(gone, null) },
      { name: 'j', device: absent, ...shown(['false'], null) },
      { name: 'k', device: absent, ...shown(['cp', '--', sound, absent], null) },
    ],
  });
  const found = parseFilesystems(readFileSync(`${directory}/filesystems`, 'utf8')) ?? [];
  t.deepEqual(
    found.map(({ name, verdict }) => `${name} ${verdict}`),
    [
      'a sound',
      'b damaged',
      'c none',
      'd unchecked',
      'e unchecked',
      'f unchecked',
      'g sound',
      'h lost',
      'i lost',
      'j unchecked',
      'k sound',
    ],
  );
});

test('what was shown for a check is hidden where nobody can check it', async (t) => {
  const directory = folder(t);
  const asked: string[] = [];
  const without = async (argv: Argv) => {
    asked.push(argv[0]);
    if (argv[0] === 'e2fsck') throw new ProgramMissing(argv[0]);
    return ask(argv);
  };
  const place = { name: 'a', device: filesystem(t), show: ['true'], hide: ['false'] } as const;
  await repair({ kind: 'check-filesystems', directory, filesystems: [place] }, { ...options, ask: without });
  t.is(asked.at(-1), 'false');
  t.like(asked, { 2: 'e2fsck' });
  t.is(parseFilesystems(readFileSync(`${directory}/filesystems`, 'utf8'))?.[0]?.verdict, 'unchecked');
});

test('the script copies, repairs and checks as dmtool does, and stops before it writes over anything', (t) => {
  const directory = `${folder(t)}/it's here`;
  const device = metadata(t);
  const path = `${directory}/place/new`;
  const sh = (action: RepairAction) => spawnSync('sh', ['-euc', shellAction(action)], { encoding: 'utf8' });
  t.is(sh({ kind: 'copy-metadata', device, sizeBytes: bytes(4n * MIB), directory }).status, 0);
  t.deepEqual(gunzipSync(readFileSync(`${directory}/metadata.gz`)), readFileSync(device));
  t.is(spawnSync('sh', ['-c', CHECK], { cwd: directory }).status, 0);
  const mend = { kind: 'mend-metadata', device, path, sizeBytes: bytes(8n * MIB), directory } as const;
  t.is(sh(mend).status, 0);
  t.is(mode(path), 0o600);
  t.not(sh(mend).status, 0);
  const broken = filesystem(t);
  const fd = openSync(broken, 'r+');
  writeSync(fd, Buffer.alloc(65536, 0xff), 0, 65536, 8192);
  closeSync(fd);
  const around = (show: string) => ({ show: [show], hide: ['echo', 'hidden'] }) as const;
  const told = sh({
    kind: 'check-filesystems',
    directory,
    filesystems: [
      { name: 'a', device: filesystem(t), ...around('true') },
      { name: 'd', device, ...around('false') },
      { name: 'b', device: broken, show: ['false'], hide: null },
      { name: 'c', device, show: ['false'], hide: null },
    ],
  });
  t.is(told.status, 0);
  t.regex(told.stdout, /hidden/);
  t.regex(told.stderr, /^b is damaged/m);
  t.regex(told.stderr, /^d can not be activated$/m);
  t.regex(told.stdout, /^c was not checked$/m);
});

test('the script leaves out what the check says that nobody needs', (t) => {
  const directory = folder(t);
  const sound = { is: 'metadata-sound', directory } as const;
  const roomy = { is: 'metadata-roomy', directory } as const;
  const other = { is: 'pool-present', poolName: 'x' } as const;
  const runs = (of: Parameters<typeof shellIfNeeded>[0]): boolean =>
    spawnSync('sh', ['-euc', shellIfNeeded(of, 'echo ran')], { encoding: 'utf8' }).stdout === 'ran\n';
  for (const [text, needs] of [
    ['sound=yes\nfull=no\n', { sound: false, both: false, neither: true }],
    ['sound=no\nfull=no\n', { sound: true, both: true, neither: false }],
    ['sound=yes\nfull=yes\n', { sound: false, both: true, neither: false }],
  ] as const) {
    writeFileSync(`${directory}/check`, text);
    t.is(runs({ is: 'any', of: [sound, other] }), needs.sound);
    t.is(runs({ is: 'any', of: [{ is: 'all', of: [sound, roomy] }, other] }), needs.both);
    t.is(runs({ is: 'any', of: [{ is: 'not', of: { is: 'all', of: [sound, roomy] } }, other] }), needs.neither);
    t.true(runs({ is: 'any', of: [other, { is: 'not', of: other }] }));
    t.true(runs(sound));
  }
});
