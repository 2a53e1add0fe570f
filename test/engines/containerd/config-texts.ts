import fc from 'fast-check';

/** A version that a file may say, the snapshotter's name in it, and its header as people write it. */
const VERSIONS = [
  { line: null, headers: ['[plugins.devmapper]', '[ plugins . "devmapper" ] # ours', "  ['plugins'.devmapper]"] },
  {
    line: 'version = 2',
    headers: [
      '[plugins."io.containerd.snapshotter.v1.devmapper"]',
      "    [plugins.'io.containerd.snapshotter.v1.devmapper']",
      '[ "plugins" . "io.containerd.snapshotter.v1.devmapper" ]\t# two',
    ],
  },
  { line: 'version = 3 # of 2.x', headers: ["[plugins.'io.containerd.snapshotter.v1.devmapper']"] },
] as const;

/** Settings of others, with all that makes reading lines hard. */
const TOP = [
  '# a comment',
  'oom_score = -999',
  'disabled_plugins = [\n  "x", # ]\n]',
  "state = '/run/c' # [plugins]",
  '',
];

const TABLES = [
  '[grpc]\n  address = "/run/x.sock"\n  uid = 0',
  '[plugins."io.containerd.grpc.v1.cri"]\n  sandbox_image = "p#q"\n  [plugins."io.containerd.grpc.v1.cri".cni]\n    bin_dir = "/b"',
  '# pool_name = "in a comment"\n[metrics]\n  pool_name = "of another"',
  '[[stream]]\n  a = 1\n[[stream]]\n  a = 2',
  '[plugins.other]\n  inline = { pool_name = "not ours", list = [1, 2] }',
] as const;

/** The snapshotter's own lines, as people write them. */
const LINES = [
  'pool_name = ""',
  "  pool_name='old' # was",
  '\t"pool_name" =  "with # and \\" in it"',
  'async_remove = true',
  '  base_image_size = "8GB"  # small',
  'fs_options = "-O ^has_journal"',
  '# fs_type = "xfs"',
  '',
] as const;

const keyOf = (line: string): string => /^\s*"?(\w+)/.exec(line)?.[1] ?? line;

const ownLines = fc.uniqueArray(fc.constantFrom(...LINES), { selector: keyOf, maxLength: 5 });

/** Texts of config.toml, well-formed, in which the snapshotter's settings are a table of their own, or are not there. */
export const configText: fc.Arbitrary<string> = fc
  .record({
    version: fc.constantFrom(...VERSIONS),
    header: fc.nat(),
    top: fc.uniqueArray(fc.constantFrom(...TOP)),
    before: fc.subarray([...TABLES]),
    own: fc.option(ownLines),
    crlf: fc.boolean(),
    ends: fc.constantFrom('', '\n', '\n\n'),
  })
  .map(({ version, header, top, before, own, crlf, ends }) => {
    const half = Math.floor(before.length / 2);
    const table = own === null ? [] : [version.headers[header % version.headers.length] ?? '', ...own];
    const lines = [
      ...(version.line === null ? [] : [version.line]),
      ...top,
      ...before.slice(0, half),
      ...table,
      ...before.slice(half),
    ];
    const text = `${lines.join('\n')}${ends}`;
    return crlf ? text.replaceAll('\n', '\r\n') : text;
  });

/** What is written. */
export const settings = fc.record(
  {
    pool_name: fc.constantFrom('docker-thinpool', 'vg-thin--pool', 'a"b\\c'),
    root_path: fc.constant('/var/lib/containerd/devmapper'),
    async_remove: fc.boolean(),
    fs_options: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: ['pool_name', 'root_path'], noNullPrototype: true },
);
