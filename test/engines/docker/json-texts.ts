import fc from 'fast-check';
import { type Node, parseTree } from 'jsonc-parser';

/** JSON values as they may stand in daemon.json, with odd characters and nested empties. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
  fc.constantFrom({}, [], '', '\u2028"\\/\ud800', { 'storage-driver': 'nested' }, [['storage-opts']]),
);

const foreignKey = fc
  .oneof(
    fc.constantFrom('graph', 'data-root', 'log-opts', '__proto__', 'constructor', ''),
    fc.string({ unit: 'binary' }),
  )
  .filter((key) => key !== 'storage-driver' && key !== 'storage-opts');

/** A key that is not ours, with its value. */
export const foreign = fc.tuple(foreignKey, value);

const option = fc.oneof(
  fc.constantFrom(
    'overlay2.override_kernel_check=true',
    'dm.thinpooldev=/dev/mapper/other',
    'dm.directlvm_device=/dev/xvdf',
    'dm.basesize=10G',
    'dm.mountopt=nodiscard',
    'dm.loopdatasize=1G',
    'dm.use_deferred_removal=true',
    'DM.FS = xfs',
    'no value',
  ),
  fc.string({ unit: 'binary' }),
);

const settings = fc
  .record(
    {
      'storage-driver': fc.oneof(fc.constantFrom('overlay2', 'devicemapper', ''), fc.string()),
      'storage-opts': fc.array(option, { maxLength: 5 }),
      others: fc.uniqueArray(foreign, { selector: ([key]) => key, maxLength: 5 }),
    },
    { requiredKeys: ['others'] },
  )
  .map(({ others, ...ours }) => [...Object.entries(ours), ...others] as [string, unknown][])
  .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }));

const layout = fc.record({
  indent: fc.constantFrom('', ' ', '  ', '    ', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  finalLineEnd: fc.boolean(),
  form: fc.constantFrom('lines', 'one line', 'minified', 'odd'),
});

/** Texts of daemon.json in all the forms that editors and people leave behind; no key of an object comes twice. */
export const daemonJsonText = fc.tuple(settings, layout).map(([entries, { indent, lineEnd, finalLineEnd, form }]) => {
  const text = {
    lines: () => object(entries, `${lineEnd}${indent}`, `,${lineEnd}${indent}`, ': ', lineEnd, indent),
    'one line': () => object(entries, ' ', ', ', ': ', ' ', 0),
    minified: () => object(entries, '', ',', ':', '', 0),
    odd: () => object(entries, `${lineEnd}\t `, ` ,${lineEnd}`, `\t:${lineEnd}`, `${lineEnd} `, ' \t'),
  }[form]();
  return (finalLineEnd ? `${text}${lineEnd}` : text).replace(/\r?\n/g, lineEnd);
});

function object(
  entries: [string, unknown][],
  open: string,
  comma: string,
  colon: string,
  close: string,
  indent: string | number,
): string {
  const properties = entries.map(
    ([key, each]) => `${JSON.stringify(key)}${colon}${JSON.stringify(each, null, indent)}`,
  );
  return properties.length === 0 ? '{}' : `{${open}${properties.join(comma)}${close}}`;
}

/** What is not ours in a text: each other property as it is written, and what stands around the object. */
export function foreignParts(text: string): string[] {
  const { offset, length, children = [] } = parseTree(text) as Node;
  const others = children.filter(({ children: [key] = [] }) => !OURS.includes(key?.value));
  const written = others.map((property) => text.slice(property.offset, property.offset + property.length));
  return [text.slice(0, offset), ...written, text.slice(offset + length)];
}

const OURS: readonly unknown[] = ['storage-driver', 'storage-opts'];
