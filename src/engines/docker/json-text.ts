import { createScanner, findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';

/** What keeps a text from being the JSON that is wanted, and where, counted from 1. */
export interface JsonProblem {
  problem: string;
  line: number;
  column: number;
}

/** No setting of dockerd's is nested deeper than a few; to read each level takes a call within the last. */
const MOST_LEVELS = 500;

/** Stands in a text that was read for bytes that are no UTF-8. */
const NO_UTF8 = '\ufffd';

/**
 * The object that a strict JSON text is (RFC 8259, as Go's encoding/json takes it: no comments, no trailing commas, no
 * byte order mark).
 */
export function parseObject(text: string): Node | JsonProblem {
  const deep = tooDeep(text);
  if (deep !== undefined) return problemAt(text, deep, `it is nested more than ${MOST_LEVELS} levels deep`);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first) return problemAt(text, first.offset, 'it is not valid JSON');
  // Without an error there is a value.
  const value = root as Node;
  return value.type === 'object' ? value : problemAt(text, value.offset, 'it is not a JSON object');
}

/** Where a text goes a level too deep; undefined: nowhere. */
function tooDeep(text: string): number | undefined {
  const scanner = createScanner(text);
  let level = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    const first = text.charAt(scanner.getTokenOffset());
    if (first === '{' || first === '[') level += 1;
    if (first === '}' || first === ']') level -= 1;
    if (level > MOST_LEVELS) return scanner.getTokenOffset();
  }
  return undefined;
}

/** What could not be written back byte for byte; undefined: all of it can. dockerd reads such a text as it is. */
export function lossProblem(text: string): JsonProblem | undefined {
  const lost = text.indexOf(NO_UTF8);
  const problem = 'it holds bytes that are no UTF-8, or U+FFFD, which stands for such';
  return lost < 0 ? undefined : problemAt(text, lost, problem);
}

/** A problem with what begins at that offset. */
export function problemAt(text: string, offset: number, problem: string): JsonProblem {
  const lines = text.slice(0, offset).split('\n');
  return { problem, line: lines.length, column: (lines.at(-1) as string).length + 1 };
}

/** The value of one of the object's own keys. */
export const propertyValue = (object: Node, key: string): Node | undefined => findNodeAtLocation(object, [key]);

/** A part of the text as it is written there. */
export const rawText = (text: string, { offset, length }: Node): string => text.slice(offset, offset + length);

const end = ({ offset, length }: Node): number => offset + length;

/** The object's properties in order. */
const propertiesOf = (object: Node): Node[] => object.children as Node[];

/** How a text is laid out, so that what is added looks like what is there. */
interface Layout {
  lineEnd: string;
  /** What each of the object's properties begins with on its line; null: they stand on one line. */
  indent: string | null;
  /** Between key and value. */
  colon: string;
}

function layoutOf(text: string, object: Node): Layout {
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n';
  const [first] = propertiesOf(object);
  if (first === undefined) return { lineEnd, indent: '    ', colon: ': ' };
  const [key, value] = first.children as [Node, Node];
  const before = text.slice(object.offset + 1, first.offset);
  const colon = text.slice(end(key), value.offset);
  return {
    lineEnd,
    indent: before.includes('\n') ? before.slice(before.lastIndexOf('\n') + 1) : null,
    colon: colon.includes('\n') ? ': ' : colon,
  };
}

const replace = (text: string, from: number, to: number, by: string): string =>
  text.slice(0, from) + by + text.slice(to);

/** The text with that value, itself JSON, under the key: in its place, or as the last of the object. */
export function withProperty(text: string, object: Node, key: string, value: string): string {
  const existing = propertyValue(object, key);
  if (existing) return replace(text, existing.offset, end(existing), value);
  const { lineEnd, indent, colon } = layoutOf(text, object);
  const property = `${JSON.stringify(key)}${colon}${value}`;
  const last = propertiesOf(object).at(-1);
  if (!last) return replace(text, object.offset, end(object), `{${lineEnd}${indent}${property}${lineEnd}}`);
  const gap = indent === null ? blankAfter(colon) : `${lineEnd}${indent}`;
  return replace(text, end(last), end(last), `,${gap}${property}`);
}

/** Whoever puts a blank after a colon puts one after a comma. */
const blankAfter = (colon: string): string => (/\s$/.test(colon) ? ' ' : '');

/** The text without that key, which is there. */
export function withoutProperty(text: string, object: Node, key: string): string {
  const properties = propertiesOf(object);
  const index = properties.findIndex(({ children }) => children?.[0]?.value === key);
  const property = properties[index] as Node;
  const previous = properties[index - 1];
  const next = properties[index + 1];
  if (next) return replace(text, property.offset, next.offset, '');
  if (previous) return replace(text, end(previous), end(property), '');
  return replace(text, object.offset, end(object), '{}');
}

/** An array of those items, each itself JSON, laid out as the one that stands there is, or else as the object is. */
export function arrayText(text: string, object: Node, existing: Node | undefined, items: readonly string[]): string {
  if (items.length === 0) return '[]';
  const [open, comma, close] = existing?.children?.length
    ? arrayLayout(text, existing, existing.children)
    : newArrayLayout(layoutOf(text, object));
  return `[${open}${items.join(comma)}${close}]`;
}

function arrayLayout(text: string, array: Node, items: readonly Node[]): [string, string, string] {
  const [first, second] = items as [Node, ...Node[]];
  const open = text.slice(array.offset + 1, first.offset);
  const comma = second ? text.slice(end(first), second.offset) : `,${open || ' '}`;
  return [open, comma, text.slice(end(items.at(-1) as Node), end(array) - 1)];
}

/** An object's properties stand one level deep, an array's items two. */
const newArrayLayout = ({ lineEnd, indent, colon }: Layout): [string, string, string] =>
  indent === null
    ? ['', `,${blankAfter(colon)}`, '']
    : [`${lineEnd}${indent}${indent}`, `,${lineEnd}${indent}${indent}`, `${lineEnd}${indent}`];
