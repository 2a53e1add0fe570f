import test from 'ava';
import fc from 'fast-check';
import { mergeDaemonJson, parseDaemonJson } from '../../../src/engines/docker/daemon-json.ts';
import { restoreDaemonJson } from '../../../src/engines/docker/daemon-json-restore.ts';
import { lossProblem } from '../../../src/engines/docker/json-text.ts';
import { optionText } from '../../../src/engines/docker/options.ts';
import { UnreadableOutput } from '../../../src/tools/unreadable.ts';
import { corrupted } from '../../tools/corrupt.ts';
import { daemonJsonText, foreignParts } from './json-texts.ts';

const option = (text: string) => ({ name: text.split('=')[0] as string, value: text.slice(text.indexOf('=') + 1) });
const wanted = [
  'dm.thinpooldev=/dev/mapper/docker-thinpool',
  'dm.use_deferred_removal=true',
  'dm.use_deferred_deletion=true',
].map(option);
const wantedTexts = wanted.map(optionText);

const documented = `{
    "storage-driver": "devicemapper",
    "storage-opts": [
        "dm.thinpooldev=/dev/mapper/docker-thinpool",
        "dm.use_deferred_removal=true",
        "dm.use_deferred_deletion=true"
    ]
}
`;

test('a new file is the documented one', (t) => {
  const merged = { text: documented, removedOptions: [], replacedDriver: null };
  for (const text of [null, '', ' \n\t\r\n']) t.deepEqual(mergeDaemonJson(text, wanted), merged);
  t.is(mergeDaemonJson('{}', wanted).text, documented.trimEnd());
  t.is(mergeDaemonJson('{ }\r\n', wanted).text, documented.replaceAll('\n', '\r\n'));
});

test('a text that says it all stays the same bytes', (t) => {
  const settled = [
    documented,
    `{"storage-opts":${JSON.stringify(wantedTexts)},"storage-driver":"devicemapper"}`,
    `{"storage-opts":["dm.fs=xfs"," DM.Thinpooldev = /dev/mapper/docker-thinpool",${wantedTexts.slice(1).map((text) => JSON.stringify(text))}],
      "storage-driver":"\\u0064evicemapper"}`,
  ];
  for (const text of settled)
    t.deepEqual(mergeDaemonJson(text, wanted), { text, removedOptions: [], replacedDriver: null });
});

test('a file keeps its layout: tabs and CRLF, one line, minified', (t) => {
  t.is(
    mergeDaemonJson('{\r\n\t"debug" : true\r\n}', wanted.slice(0, 2)).text,
    '{\r\n\t"debug" : true,\r\n\t"storage-driver" : "devicemapper",\r\n\t"storage-opts" : [\r\n\t\t"dm.thinpooldev=/dev/mapper/docker-thinpool",\r\n\t\t"dm.use_deferred_removal=true"\r\n\t]\r\n}',
  );
  t.is(
    mergeDaemonJson('{ "debug": true }\n', wanted.slice(0, 2)).text,
    '{ "debug": true, "storage-driver": "devicemapper", "storage-opts": ["dm.thinpooldev=/dev/mapper/docker-thinpool", "dm.use_deferred_removal=true"] }\n',
  );
  t.is(
    mergeDaemonJson('{"debug":true}', wanted.slice(0, 2)).text,
    '{"debug":true,"storage-driver":"devicemapper","storage-opts":["dm.thinpooldev=/dev/mapper/docker-thinpool","dm.use_deferred_removal=true"]}',
  );
  t.is(mergeDaemonJson('{"debug"\n:\ntrue}', []).text, '{"debug"\n:\ntrue, "storage-driver": "devicemapper"}');
});

test('an array keeps its layout, and what stays in it its spelling', (t) => {
  const text = '{"storage-driver": "devicemapper", "storage-opts": [ "dm.f\\u0073=xfs" , "dm.datadev=\\/dev\\/sdb" ]}';
  t.is(
    mergeDaemonJson(text, wanted.slice(1, 2)).text,
    '{"storage-driver": "devicemapper", "storage-opts": [ "dm.f\\u0073=xfs" , "dm.use_deferred_removal=true" ]}',
  );
  t.is(
    mergeDaemonJson('{"storage-driver":"devicemapper","storage-opts":["dm.fs=xfs"]}', wanted.slice(1, 2)).text,
    '{"storage-driver":"devicemapper","storage-opts":["dm.fs=xfs", "dm.use_deferred_removal=true"]}',
  );
  t.is(
    mergeDaemonJson('{\n  "storage-opts": []\n}', wanted.slice(1, 2)).text,
    '{\n  "storage-opts": [\n    "dm.use_deferred_removal=true"\n  ],\n  "storage-driver": "devicemapper"\n}',
  );
});

test('options of another driver and those that contradict go, and are told', (t) => {
  const gone = [
    'overlay2.override_kernel_check=true',
    'size=10G',
    'no value',
    'dm.thinpooldev=/dev/mapper/other',
    'dm.datadev=/dev/sdb',
    'dm.metadatadev=/dev/sdc',
    'dm.directlvm_device=/dev/xvdf',
    'dm.directlvm_device_force=true',
    'dm.thinp_percent=95',
    'dm.loopdatasize=1G',
    'DM.LoopMetadataSize=1G',
    'dm.use_deferred_removal=false',
  ];
  const kept = ['dm.mountopt=nodiscard', 'dm.basesize=10G', 'dm.blkdiscard=false', 'dm.unheard_of=1'];
  const text = JSON.stringify({ 'storage-driver': 'overlay2', 'storage-opts': [...gone, ...kept], graph: '/srv' });
  const merged = mergeDaemonJson(text, wanted);
  t.deepEqual(merged.removedOptions, gone);
  t.is(merged.replacedDriver, 'overlay2');
  t.deepEqual(JSON.parse(merged.text), {
    'storage-driver': 'devicemapper',
    'storage-opts': [...kept, ...wantedTexts],
    graph: '/srv',
  });
});

test('for loop-lvm sizes of the files stay, another pool goes, and so does half a pair', (t) => {
  const text =
    '{"storage-driver":"devicemapper","storage-opts":["dm.thinpooldev=x","dm.loopdatasize=1G","dm.use_deferred_removal=false"]}';
  t.deepEqual(mergeDaemonJson(text, [option('dm.fs=xfs')]).removedOptions, ['dm.thinpooldev=x']);
  t.deepEqual(mergeDaemonJson(text, [option('dm.loopdatasize=2G')]).removedOptions, [
    'dm.thinpooldev=x',
    'dm.loopdatasize=1G',
  ]);
  t.deepEqual(mergeDaemonJson(text, [option('dm.use_deferred_deletion=true')]).removedOptions, [
    'dm.thinpooldev=x',
    'dm.use_deferred_removal=false',
  ]);
  t.is(
    mergeDaemonJson('{"storage-driver":"devicemapper","storage-opts":["dm.thinpooldev=x"]}', []).text,
    '{"storage-driver":"devicemapper","storage-opts":[]}',
  );
});

test('malformed text is told with its place', (t) => {
  for (const [text, line, column] of [
    ['{"a": 1,}', 1, 9],
    ['{\r\n  "a": 1 // no\r\n}', 2, 10],
    ['{\n\t"a": 1\n\t"b": 2\n}', 3, 2],
    ['{"a": 1', 1, 8],
    ['\uFEFF{}', 1, 1],
    ['\u00a0', 1, 1],
    ['{} {}', 1, 4],
    ['{\n"a": 01}', 2, 7],
  ] as const)
    t.deepEqual(parseDaemonJson(text), { problem: 'it is not valid JSON', line, column }, text);
});

test('values that dockerd could not read, or that stand there twice, are told with their place', (t) => {
  for (const [text, problem, line, column] of [
    ['[]', 'it is not a JSON object', 1, 1],
    ['\n null', 'it is not a JSON object', 2, 2],
    ['{"storage-driver": 1}', '"storage-driver" is not a string', 1, 20],
    ['{\n"storage-opts": "dm.fs=xfs"}', '"storage-opts" is not an array', 2, 17],
    ['{"storage-opts": ["a", null]}', '"storage-opts" holds something that is not a string', 1, 24],
    ['{"storage-opts": [],\n "storage-opts": []}', '"storage-opts" is in it twice', 2, 2],
    ['{"storage-driver": "a", "storage-driver": "a"}', '"storage-driver" is in it twice', 1, 25],
  ] as const) {
    t.deepEqual(parseDaemonJson(text), { problem, line, column }, text);
    t.throws(() => mergeDaemonJson(text, wanted), {
      instanceOf: UnreadableOutput,
      message: new RegExp(`line ${line}`),
    });
  }
});

test('blank text is an empty object', (t) => {
  for (const text of ['', ' ', '\r\n\t']) t.deepEqual(parseDaemonJson(text), { settings: {} });
  t.deepEqual(parseDaemonJson(' {"hosts": ["fd://"]}\n'), { settings: { hosts: ['fd://'] } });
});

test('what is nested deeper than anybody can follow is a problem with a place, and no crash', (t) => {
  const nested = (levels: number): string => `{"a": ${'['.repeat(levels)}${']'.repeat(levels)}, "b": [{}, {}]}`;
  t.true('settings' in parseDaemonJson(nested(499)));
  for (const levels of [500, 10_000, 200_000]) {
    const problem = { problem: 'it is nested more than 500 levels deep', line: 1, column: 506 };
    t.deepEqual(parseDaemonJson(nested(levels)), problem);
    t.like(parseDaemonJson('{"a":'.repeat(levels + 1)), { problem: problem.problem });
    t.throws(() => mergeDaemonJson(nested(levels), wanted), { instanceOf: UnreadableOutput, message: /levels deep/ });
  }
});

test('bytes that are no UTF-8 could not be written back, and are a problem with their place', (t) => {
  const text = Buffer.from('{\n  "labels": ["caf\xe9"]\n}\n', 'latin1').toString('utf8');
  const problem = {
    problem: 'it holds bytes that are no UTF-8, or U+FFFD, which stands for such',
    line: 2,
    column: 18,
  };
  t.deepEqual(lossProblem(text), problem);
  t.is(lossProblem('{"labels": ["café"]}'), undefined);
  // Docker reads it, and so does whoever only looks.
  t.true('settings' in parseDaemonJson(text));
  for (const write of [() => mergeDaemonJson(text, wanted), () => restoreDaemonJson(text, null, '{}')])
    t.throws(write, { instanceOf: UnreadableOutput, message: /no UTF-8.*, line 2$/ });
});

test('a mark at its beginning, and comments, are no JSON to dockerd; keys of others may be there twice', (t) => {
  t.like(parseDaemonJson('\ufeff{}'), { problem: 'it is not valid JSON', line: 1, column: 1 });
  for (const text of ['{} // x', '/* x */ {}', '# x\n{}', '{"a": 1,}']) t.true('problem' in parseDaemonJson(text));
  const twice = '{"a": 1, "a": [2],\r\n\t"b": {"a": 3}}\r\n';
  const { text } = mergeDaemonJson(twice, wanted);
  t.true(text.startsWith('{"a": 1, "a": [2],\r\n\t"b": {"a": 3}, '), text);
});

test('only strict JSON is taken, whatever has happened to it', (t) => {
  const texts = fc.oneof(daemonJsonText, daemonJsonText.chain(corrupted), fc.string());
  fc.assert(
    fc.property(texts, (text) => {
      let strict: unknown;
      try {
        strict = JSON.parse(text);
      } catch {
        strict = undefined;
      }
      const parsed = parseDaemonJson(text);
      if ('settings' in parsed) return /^\s*$/.test(text) || JSON.stringify(strict) === JSON.stringify(parsed.settings);
      const lines = text.split('\n');
      const column = lines[parsed.line - 1]?.length ?? -1;
      return (strict === undefined) === (parsed.problem === 'it is not valid JSON') && parsed.column <= column + 1;
    }),
    { numRuns: 1500 },
  );
  t.pass();
});

test('all else survives byte for byte, in any text, and merging twice is merging once', (t) => {
  fc.assert(
    fc.property(daemonJsonText, fc.subarray(wanted), (text, some) => {
      const merged = mergeDaemonJson(text, some);
      const settings = JSON.parse(merged.text);
      const options: string[] = settings['storage-opts'] ?? [];
      t.deepEqual(foreignParts(merged.text), foreignParts(text));
      t.is(settings['storage-driver'], 'devicemapper');
      t.deepEqual(
        some.map(optionText).filter((each) => !options.includes(each)),
        [],
      );
      t.deepEqual(
        merged.removedOptions.filter((each) => options.includes(each)),
        [],
      );
      t.deepEqual(mergeDaemonJson(merged.text, some), { text: merged.text, removedOptions: [], replacedDriver: null });
    }),
    { numRuns: 500 },
  );
});
