import test from 'ava';
import fc from 'fast-check';
import { findFlags } from '../../../src/engines/docker/flags.ts';
import type { SettingsFile } from '../../../src/model/docker.ts';
import { recorded } from '../../tools/recorded.ts';

const unit = (content: string, path = '/lib/systemd/system/docker.service'): SettingsFile => ({
  kind: 'unit',
  path,
  content,
});
const service = (...lines: string[]): string => ['[Service]', ...lines, ''].join('\n');
const dropIn = (...lines: string[]): SettingsFile =>
  unit(service(...lines), '/etc/systemd/system/docker.service.d/x.conf');
const environment = (content: string, path = '/etc/default/docker'): SettingsFile => ({
  kind: 'environment',
  path,
  content,
});
const cmdline = (...words: string[]): SettingsFile => ({
  kind: 'process',
  path: '/proc/123/cmdline',
  content: words.map((word) => `${word}\0`).join(''),
});
/** As `setting=value`, for short. */
const flags = (...settings: SettingsFile[]): string[] =>
  findFlags(settings).map(({ setting, value }) => `${setting}=${value}`);
const places = (...settings: SettingsFile[]): string[] => findFlags(settings).map(({ path }) => path);

test("Debian's own files hold one flag, the socket's", (t) => {
  const files = recorded('docker', 'docker.service').map((content) => unit(content));
  const defaults = recorded('docker', 'default-docker.env').map((content) => environment(content));
  t.deepEqual(findFlags([...files, ...defaults]), [
    { setting: 'hosts', value: 'fd://', path: '/lib/systemd/system/docker.service' },
  ]);
});

test('flags are found in all their spellings', (t) => {
  for (const [line, found] of [
    ['-s overlay2', 'storage-driver=overlay2'],
    ['-soverlay2', 'storage-driver=overlay2'],
    ['-s=overlay2', 'storage-driver=overlay2'],
    ['-Ds overlay2', 'storage-driver=overlay2'],
    ['--storage-driver overlay2', 'storage-driver=overlay2'],
    ['--storage-driver=overlay2', 'storage-driver=overlay2'],
    ['--storage-driver=', 'storage-driver='],
    ['--storage-driver', 'storage-driver='],
    ['--storage-opt "dm.mkfsarg=-m crc=0"', 'storage-opts=dm.mkfsarg=-m crc=0'],
    ['--storage-opt=dm.fs=xfs', 'storage-opts=dm.fs=xfs'],
    ['-g /srv/docker', 'data-root=/srv/docker'],
    ['--graph=/srv/docker', 'data-root=/srv/docker'],
    ['--data-root /srv/docker', 'data-root=/srv/docker'],
    ['-H unix:///run/d.sock', 'hosts=unix:///run/d.sock'],
    ['--host=fd://', 'hosts=fd://'],
    ['--config-file /etc/d.json', 'config-file=/etc/d.json'],
  ] as const) {
    t.deepEqual(flags(unit(service(`ExecStart=/usr/bin/dockerd --debug ${line}`))), [found], line);
    t.deepEqual(flags(environment(`DOCKER_OPTS='${line}'`)), [found], line);
  }
});

test('what only looks like a flag is none', (t) => {
  for (const line of [
    '-l -s overlay2',
    '-G-s -D --debug --tls',
    '-p /run/s --storage-driverx=y --constructor=1 --__proto__=1 - s',
    '-- -s overlay2',
    '--=x --a.b=/ -',
  ])
    t.deepEqual(flags(unit(service(`ExecStart=/usr/bin/dockerd ${line}`))), [], line);
});

test('an empty ExecStart= in a drop-in takes back what came before it', (t) => {
  const base = unit(service('ExecStart=/usr/bin/dockerd -s overlay2'));
  const cleared = dropIn('ExecStart=', 'ExecStart=/usr/bin/dockerd -g /srv');
  t.deepEqual(findFlags([base, cleared]), [{ setting: 'data-root', value: '/srv', path: cleared.path }]);
  t.deepEqual(flags(base, cleared, dropIn('ExecStart=', 'ExecStart=/usr/bin/dockerd')), []);
  t.deepEqual(flags(base, dropIn('Restart=always')), ['storage-driver=overlay2']);
  t.deepEqual(flags(unit(service('ExecStart=-some/dockerd'))), []);
});

test('only the section [Service] counts, lines go on after a backslash, comments do not', (t) => {
  const text = [
    '[Unit]',
    'ExecStart=/x -s unit',
    '[Service]',
    '# ExecStart=/x -s comment',
    'ExecStartPre=/x -s pre',
    'ExecStart = /usr/bin/dockerd \\',
    '# between',
    '  -s overlay2 \\',
    '  --storage-opt overlay2.size=1G',
    '[Install]',
    'ExecStart=/x -s install',
  ].join('\r\n');
  t.deepEqual(flags(unit(text)), ['storage-driver=overlay2', 'storage-opts=overlay2.size=1G']);
});

test('variables come from Environment= and the named files, and lead to where they are set', (t) => {
  const base = unit(
    service(
      'Environment="A=-s overlay2" B=/srv "C=x y"',
      'EnvironmentFile=-/etc/default/docker',
      'EnvironmentFile=/etc/missing',
      `ExecStart=/usr/bin/dockerd $A -g \${B} $DOCKER_OPTS $NONE --config-file=/etc/\${NONE}\${B}.json`,
    ),
  );
  const file = environment('# no\nDOCKER_OPTS="--storage-opt overlay2.size=1G -H fd://"\n');
  const unread = environment('DOCKER_OPTS="-s zfs"', '/etc/sysconfig/docker');
  t.deepEqual(flags(base, file, unread), [
    'storage-driver=overlay2',
    'data-root=/srv',
    'storage-opts=overlay2.size=1G',
    'hosts=fd://',
    'config-file=/etc//srv.json',
  ]);
  t.deepEqual(places(base, file, unread), [base.path, base.path, file.path, file.path, base.path]);
  t.deepEqual(flags(base, dropIn('Environment=', 'EnvironmentFile=')), ['data-root=', 'config-file=/etc/.json']);
  const override = dropIn('Environment=A=-szfs', 'Environment=novalue');
  t.deepEqual(findFlags([base, override])[0], { setting: 'storage-driver', value: 'zfs', path: override.path });
});

test('a file goes before Environment=, and systemd reads it in its own way', (t) => {
  const base = unit(
    service('Environment=A=-sbtrfs', 'EnvironmentFile=/etc/default/docker', `ExecStart=/d $A $B \${C}`),
  );
  const file = environment("A='-s zfs'\nexport A=-soverlay2\nB=-H $A\nC='--host=a b'");
  t.deepEqual(flags(base, file), ['storage-driver=zfs', 'hosts=$A', 'hosts=a b']);
  const named = unit(service('EnvironmentFile=/etc/e', `ExecStart=/d --graph=\${A}`));
  t.deepEqual(findFlags([named, environment('A=/srv', '/etc/e')]), [
    { setting: 'data-root', value: '/srv', path: '/etc/e' },
  ]);
});

test('DOCKER_DRIVER in the environment is a driver', (t) => {
  const base = unit(service('ExecStart=/usr/bin/dockerd'));
  t.deepEqual(flags(base, dropIn('Environment=DOCKER_DRIVER=overlay2')), ['storage-driver=overlay2']);
  t.deepEqual(flags(base, dropIn('Environment=DOCKER_DRIVER=')), []);
  const named = unit(service('EnvironmentFile=/etc/default/docker', 'ExecStart=/usr/bin/dockerd'));
  t.deepEqual(flags(named, environment('DOCKER_DRIVER=overlay2')), ['storage-driver=overlay2']);
  t.deepEqual(flags(base, environment('DOCKER_DRIVER=overlay2')), []);
  for (const text of ['export DOCKER_DRIVER=overlay2', 'DOCKER_DRIVER="overlay2"\nexport DOCKER_DRIVER'])
    t.deepEqual(flags(environment(text)), ['storage-driver=overlay2'], text);
  t.deepEqual(flags(environment('DOCKER_DRIVER=overlay2')), []);
});

test('without a unit the variables of init scripts count, as a shell reads them', (t) => {
  for (const name of ['DOCKER_OPTS', 'other_args', 'OPTIONS', 'DOCKER_STORAGE_OPTIONS'])
    t.deepEqual(flags(environment(`${name}="-s overlay2"`)), ['storage-driver=overlay2'], name);
  t.deepEqual(flags(environment('DOCKERD=/usr/bin/dockerd\nUNUSED="-s overlay2"\n#OPTIONS=-sx\n')), []);
  t.deepEqual(flags(environment(`DOCKER_OPTS="-s zfs"\nDOCKER_OPTS="$DOCKER_OPTS -g \${NONE}/srv"`)), [
    'storage-driver=zfs',
    'data-root=/srv',
  ]);
  t.deepEqual(flags(environment("export OPTIONS='-H $A' \nother_args=  -sx  ")), ['storage-driver=x', 'hosts=$A']);
  t.deepEqual(flags(environment('OPTIONS="--storage-opt \\"dm.mkfsarg=-m crc=0\\" \\\n -sx"')), [
    'storage-opts=dm.mkfsarg=-m crc=0',
    'storage-driver=x',
  ]);
  const [first, second] = [environment('OPTIONS=-sa'), environment('OPTIONS=-sb', '/etc/sysconfig/docker')];
  t.deepEqual(findFlags([first, second]), [{ setting: 'storage-driver', value: 'b', path: second.path }]);
});

test('a daemon that a shell starts is read too', (t) => {
  const line = `ExecStart=/bin/sh -c '/usr/bin/docker-current daemon $OPTIONS --storage-driver "x y" 2>&1 | logger'`;
  const base = unit(service('EnvironmentFile=-/etc/sysconfig/docker', line));
  t.deepEqual(flags(base, environment("OPTIONS='--host=fd://'", '/etc/sysconfig/docker')), [
    'hosts=fd://',
    'storage-driver=x y',
  ]);
});

test('the running daemon tells only what no file explains', (t) => {
  const base = unit(service('ExecStart=/usr/bin/dockerd -H fd://'));
  t.deepEqual(flags(base, cmdline('/usr/bin/dockerd', '-H', 'fd://')), ['hosts=fd://']);
  const running = cmdline('dockerd', '--host=fd://', '-s', 'overlay2', '--storage-opt', 'dm.mkfsarg=-m crc=0');
  t.deepEqual(findFlags([base, running]).slice(1), [
    { setting: 'storage-driver', value: 'overlay2', path: '/proc/123/cmdline' },
    { setting: 'storage-opts', value: 'dm.mkfsarg=-m crc=0', path: '/proc/123/cmdline' },
  ]);
  t.deepEqual(flags(base, cmdline('dockerd', '-g', 'fd://')), ['hosts=fd://', 'data-root=fd://']);
  t.deepEqual(flags(base, cmdline('dockerd', '--host=tcp://1')), ['hosts=fd://', 'hosts=tcp://1']);
  t.deepEqual(flags(cmdline('-s', '-g', '/srv')), ['data-root=/srv']);
});

test('no text at all makes it stumble', (t) => {
  const file = fc.record({
    kind: fc.constantFrom('unit', 'environment', 'process'),
    path: fc.constantFrom('/a', '/b'),
    content: fc
      .array(
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            '[Service]',
            '\n',
            'ExecStart=',
            'EnvironmentFile=/a',
            'A=',
            '$A',
            '"',
            "'",
            '\\',
            '-s',
            '--',
          ),
        ),
      )
      .map((parts) => parts.join('')),
  }) as fc.Arbitrary<SettingsFile>;
  fc.assert(
    fc.property(fc.array(file, { maxLength: 4 }), (settings) =>
      findFlags(settings).every(({ path }) => settings.some((each) => each.path === path)),
    ),
    { numRuns: 1000 },
  );
  t.pass();
});
