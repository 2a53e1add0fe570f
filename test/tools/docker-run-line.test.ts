import test from 'ava';
import { parseImageConfig, parseInspected } from '../../src/tools/docker-inspect.ts';
import { containerList, runCommand } from '../../src/tools/docker-run-line.ts';
import { recorded } from './recorded.ts';

interface Parts {
  config?: object;
  host?: object;
  networks?: object;
  running?: boolean;
  image?: object;
}

const ID = '0123456789abcdef';
const inspected = ({ config = {}, host = {}, networks = {}, running = true }: Parts) =>
  parseInspected(
    JSON.stringify({
      Id: ID,
      Name: '/web',
      Image: 'sha256:0a',
      State: { Running: running },
      Config: { Image: 'box:1', Hostname: ID.slice(0, 12), ...config },
      HostConfig: host,
      NetworkSettings: { Networks: networks },
    }),
  );
const imageConfig = (config: object = {}) => parseImageConfig(JSON.stringify({ Config: config }));
const command = (parts: Parts = {}): string[] => runCommand(inspected(parts), imageConfig(parts.image));
/** What stands between the name and the image. */
const flags = (parts: Parts): string[] => command(parts).slice(4, -1);

/** What the lab gives the container that it records. */
const MANY = [
  ...[
    'docker',
    'create',
    '--name=many',
    '--tty',
    '--interactive',
    '--user=1:1',
    '--workdir=/bin',
    '--stop-signal=SIGINT',
  ],
  ...[
    '--stop-timeout=5',
    '--env=A=b c',
    '--env=EMPTY=',
    '--label=what=all sorts',
    '--network=none',
    '--hostname=host.lab',
  ],
  ...[
    '--publish=8080:80',
    '--expose=99/udp',
    '--mount=type=bind,source=/etc,target=/host,readonly',
    '--tmpfs=/run:size=1m',
  ],
  ...['--volume=/nameless', '--read-only', '--init', '--ipc=none', '--shm-size=1048576', '--cap-add=NET_ADMIN'],
  ...[
    '--cap-drop=MKNOD',
    '--security-opt=no-new-privileges',
    '--group-add=7',
    '--dns=10.0.0.2',
    '--add-host=other:10.0.0.1',
  ],
  ...['--volume=data:/data', '--volume=/srv:/srv:ro', '--device=/dev/null:/dev/nil:rwm', '--ulimit=nofile=100:200'],
  ...['--restart=on-failure:3', '--log-driver=json-file', '--log-opt=max-size=1m', '--health-cmd=true || exit 1'],
  ...['--health-interval=5s', '--entrypoint=sleep', 'third:3', '1000'],
];

test('what a daemon that was recorded was told is told again, flag for flag', (t) => {
  const images = recorded('docker', 'images.image-of-many.json');
  recorded('docker', 'images.many.json').forEach((text, index) => {
    t.deepEqual(runCommand(parseInspected(text), parseImageConfig(images[index] ?? '{}')), MANY);
  });
});

test('a container that runs is run, one that does not is created, and nothing is said that its image says', (t) => {
  t.deepEqual(command(), ['docker', 'run', '--detach', '--name=web', 'box:1']);
  t.deepEqual(command({ running: false }), ['docker', 'create', '--name=web', 'box:1']);
  const both = {
    ...{ User: 'me', WorkingDir: '/w', StopSignal: 'SIGINT', Labels: { a: '1' }, Env: ['A=1'], Cmd: ['run'] },
    ...{
      Entrypoint: ['/e'],
      ExposedPorts: { '80/tcp': {} },
      Volumes: { '/v': {} },
      Healthcheck: { Test: ['CMD', 'x'] },
    },
  };
  t.deepEqual(flags({ config: both, image: both }), []);
  t.deepEqual(flags({ config: both }).slice(0, 6), [
    ...['--user=me', '--workdir=/w', '--stop-signal=SIGINT', '--env=A=1', '--label=a=1', '--expose=80/tcp'],
  ]);
});

test('an entry point of its own comes before the image, and its words after it', (t) => {
  t.deepEqual(command({ config: { Entrypoint: ['/e', 'x'], Cmd: ['y'] } }).slice(4), [
    '--entrypoint=/e',
    'box:1',
    'x',
    'y',
  ]);
  t.deepEqual(command({ config: { Cmd: ['y'] }, image: { Entrypoint: ['/e'] } }).slice(4), [
    '--entrypoint=',
    'box:1',
    'y',
  ]);
  t.deepEqual(command({ config: { Entrypoint: ['/e'] }, image: { Cmd: ['y'] } }).slice(4), [
    '--entrypoint=/e',
    'box:1',
  ]);
  t.deepEqual(command({ image: { Cmd: ['y'] } }).slice(4), ['box:1']);
});

test('networks, names in them and ports', (t) => {
  const endpoint = {
    Aliases: ['db', ID.slice(0, 12)],
    IPAMConfig: { IPv4Address: '10.0.0.2', IPv6Address: 'fd::2' },
    Links: ['a:b'],
  };
  const host = {
    NetworkMode: 'mine',
    Links: ['/db:/web/store'],
    PortBindings: {
      '80/tcp': [
        { HostIp: '', HostPort: '8080' },
        { HostIp: '::1', HostPort: '81' },
      ],
      '53/udp': [{ HostIp: '127.0.0.1', HostPort: '' }],
      '90/tcp': [{ HostIp: '', HostPort: '' }],
      '91/tcp': null,
    },
  };
  const config = {
    ExposedPorts: { '80/tcp': {}, '99/tcp': {} },
    Domainname: 'd',
    MacAddress: '02:00',
    Hostname: 'named',
  };
  t.deepEqual(flags({ host, config, networks: { mine: endpoint, other: null } }), [
    ...['--network=mine', '--network-alias=db', '--ip=10.0.0.2', '--ip6=fd::2', '--link=a:b', '--hostname=named'],
    ...['--domainname=d', '--mac-address=02:00', '--link=db:store'],
    ...['--publish=8080:80', '--publish=[::1]:81:80', '--publish=127.0.0.1::53/udp', '--publish=90', '--expose=99/tcp'],
  ]);
  t.deepEqual(flags({ host: { NetworkMode: 'host' }, config: { Hostname: 'of-the-host' }, networks: { host: {} } }), [
    '--network=host',
  ]);
  t.deepEqual(flags({ host: { NetworkMode: 'container:x' }, config: { Hostname: 'x' } }), ['--network=container:x']);
  t.deepEqual(flags({ host: { NetworkMode: 'default' }, networks: { bridge: endpoint } }), []);
  const bare = { NetworkMode: 'mine', PortBindings: { '70/tcp': [{ HostIp: '10.0.0.1' }] } };
  t.deepEqual(flags({ host: bare, networks: { mine: {} } }), ['--network=mine', '--publish=10.0.0.1::70']);
});

test('mounts of every kind; a volume without a name, unless its image or another flag says it', (t) => {
  const Mounts = [
    { Type: 'bind', Source: '/a"b', Target: '/t', ReadOnly: true, BindOptions: { Propagation: 'rslave' } },
    {
      Type: 'volume',
      Target: '/u',
      VolumeOptions: { NoCopy: true, DriverConfig: { Name: 'nfs', Options: { o: '1' } } },
    },
    { Type: 'volume', Target: '/named', VolumeOptions: {} },
    { Type: 'tmpfs', Target: '/m', TmpfsOptions: { SizeBytes: 1024, Mode: 0o1777 } },
  ];
  const config = { Volumes: { '/anonymous': {}, '/image': {}, '/bound': {} } };
  const host = { Mounts, Tmpfs: { '/run': '', '/tmp': 'size=1m' }, Binds: ['data:/bound'] };
  t.deepEqual(flags({ host, config, image: { Volumes: { '/image': {} } } }), [
    '--mount=type=bind,"source=/a""b",target=/t,readonly,bind-propagation=rslave',
    '--mount=type=volume,target=/u,volume-nocopy,volume-driver=nfs,volume-opt=o=1',
    ...['--mount=type=volume,target=/named', '--mount=type=tmpfs,target=/m,tmpfs-size=1024,tmpfs-mode=1777'],
    ...['--tmpfs=/run', '--tmpfs=/tmp:size=1m', '--volume=/anonymous', '--volume=data:/bound'],
  ]);
});

test('limits, devices, and what is as it always is', (t) => {
  const host = {
    ...{
      Memory: 100,
      MemorySwap: 300,
      NanoCpus: 1.5e9,
      ShmSize: 64 * 1024 * 1024,
      IpcMode: 'private',
      Runtime: 'runc',
    },
    ...{ MemorySwappiness: -1, CgroupnsMode: 'host', PidsLimit: 5, Sysctls: { a: '1' }, Privileged: true, Init: false },
    Devices: [{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: '' }],
    DeviceRequests: [{ Count: -1 }, { Count: 2 }, { DeviceIDs: ['0', '1'] }, {}],
    Ulimits: [{ Name: 'nofile', Soft: 1, Hard: 2 }],
  };
  t.deepEqual(flags({ host }), [
    ...['--privileged', '--memory=100', '--pids-limit=5', '--sysctl=a=1', '--memory-swap=300', '--cpus=1.5'],
    ...[
      '--device=/dev/a:/dev/b:rwm',
      '--gpus=all',
      '--gpus=2',
      '--gpus="device=0,1"',
      '--gpus=all',
      '--ulimit=nofile=1:2',
    ],
  ]);
  t.deepEqual(flags({ host: { Memory: 100, MemorySwap: 200 } }), ['--memory=100']);
  t.deepEqual(flags({ host: { MemorySwap: -1 } }), ['--memory-swap=-1']);
});

test('when it starts again, where its log goes, and how its health is asked after', (t) => {
  const policy = (Name: string, MaximumRetryCount = 0) => ({ RestartPolicy: { Name, MaximumRetryCount } });
  t.deepEqual(flags({ host: policy('no') }), []);
  t.deepEqual(flags({ host: policy('always') }), ['--restart=always']);
  t.deepEqual(flags({ host: policy('on-failure', 3) }), ['--restart=on-failure:3']);
  t.deepEqual(flags({ host: { LogConfig: { Type: 'json-file', Config: {} } } }), []);
  t.deepEqual(flags({ host: { LogConfig: { Type: 'syslog' } } }), ['--log-driver=syslog']);
  t.deepEqual(flags({ host: { LogConfig: { Config: { 'max-size': '1m', flag: '' } } } }), [
    ...['--log-driver=json-file', '--log-opt=max-size=1m', '--log-opt=flag'],
  ]);
  const health = { Test: ['CMD-SHELL', 'true || x'], Interval: 5e9, Timeout: 0, StartPeriod: 1e9, Retries: 3 };
  t.deepEqual(flags({ config: { Healthcheck: health } }), [
    ...['--health-cmd=true || x', '--health-interval=5s', '--health-start-period=1s', '--health-retries=3'],
  ]);
  t.deepEqual(flags({ config: { Healthcheck: { Test: ['NONE'] } } }), ['--no-healthcheck']);
  t.deepEqual(flags({ config: { Healthcheck: { Timeout: 2e9 } } }), ['--health-timeout=2s']);
});

test('terminals and times to stop', (t) => {
  t.deepEqual(flags({ config: { Tty: true, OpenStdin: true, StopTimeout: 0, Labels: { bare: '' } } }), [
    ...['--tty', '--interactive', '--stop-timeout=0', '--label=bare'],
  ]);
});

test('the list can be run: words are quoted, further networks joined, and what is not kept is told', (t) => {
  const container = inspected({
    config: { Env: ["A=it's"], Entrypoint: null },
    host: { NetworkMode: 'mine' },
    networks: { mine: null, other: { Aliases: ['w'] }, third: null },
    running: false,
  });
  const text = containerList([{ container, image: {}, isKept: false }]);
  t.deepEqual(text.split('\n').slice(3), [
    '',
    '# web, of box:1, which did not run',
    '# Its image, sha256:0a, has no tag any more, and is not kept.',
    `docker create --name=web '--env=A=it'\\''s' --network=mine box:1`,
    'docker network connect --alias=w other web',
    'docker network connect third web',
    '',
  ]);
  t.true(
    containerList([{ container: inspected({}), image: {}, isKept: true }]).endsWith(
      '\n# web, of box:1\ndocker run --detach --name=web box:1\n',
    ),
  );
  t.deepEqual(parseImageConfig('{}'), {});
  const { NetworkSettings, ...without } = container;
  t.false(containerList([{ container: without, image: {}, isKept: true }]).includes('connect'));
  const plain = inspected({ networks: { bridge: null, host: null, more: null } });
  t.true(containerList([{ container: plain, image: {}, isKept: true }]).endsWith('docker network connect more web\n'));
});
