/** Reads so many bytes of a file from a place on; fewer, or none, where the file ends. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** Where elf(5) has its fields, by word size. */
const LAYOUTS = {
  4: { programOffset: 28, programCount: 44, entrySize: 32, fileOffset: 4, address: 8, fileSize: 16 },
  8: { programOffset: 32, programCount: 56, entrySize: 56, fileOffset: 8, address: 16, fileSize: 32 },
} as const;

const HEADER_BYTES = 64;
const MAGIC = 0x7f454c46;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const LONGEST_NAME_BYTES = 256;
/** A sane program's is a tenth of that; a broken one must not ask for all memory. */
const LONGEST_TABLE_BYTES = 64 * 1024;

interface Segment {
  type: number;
  fileOffset: number;
  address: number;
  fileSize: number;
}

/**
 * The shared libraries that a program is linked with, by name; only a few kilobytes of it are read.
 * @returns none for a static program; null for a file that is no ELF program
 */
export function parseNeededLibraries(readAt: ReadAt): string[] | null {
  const header = viewOf(readAt(0, HEADER_BYTES));
  if (header.byteLength < HEADER_BYTES || header.getUint32(0) !== MAGIC) return null;
  const word = header.getUint8(4) === 2 ? 8 : 4;
  const little = header.getUint8(5) === 1;
  const wordAt = (view: DataView, offset: number): number =>
    word === 8 ? Number(view.getBigUint64(offset, little)) : view.getUint32(offset, little);

  const layout = LAYOUTS[word];
  const tableBytes = header.getUint16(layout.programCount, little) * layout.entrySize;
  const table = viewOf(readAt(wordAt(header, layout.programOffset), Math.min(tableBytes, LONGEST_TABLE_BYTES)));
  const segments = everyNth(table, layout.entrySize, (at) => ({
    type: table.getUint32(at, little),
    fileOffset: wordAt(table, at + layout.fileOffset),
    address: wordAt(table, at + layout.address),
    fileSize: wordAt(table, at + layout.fileSize),
  }));
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return [];
  const entries = viewOf(readAt(dynamic.fileOffset, Math.min(dynamic.fileSize, LONGEST_TABLE_BYTES)));
  const tags = everyNth(entries, 2 * word, (at) => ({ tag: wordAt(entries, at), value: wordAt(entries, at + word) }));
  const names = placeInFile(tags.find(({ tag }) => tag === DT_STRTAB)?.value ?? 0, segments);
  if (names === null) return [];
  return tags
    .filter(({ tag }) => tag === DT_NEEDED)
    .map(({ value }) => textOf(readAt(names + value, LONGEST_NAME_BYTES)));
}

/** The loader is told places in memory: this is where they come from. */
function placeInFile(address: number, segments: readonly Segment[]): number | null {
  const home = segments.find(
    (each) => each.type === PT_LOAD && address >= each.address && address < each.address + each.fileSize,
  );
  return home === undefined ? null : address - home.address + home.fileOffset;
}

const everyNth = <Item>(view: DataView, size: number, read: (offset: number) => Item): Item[] =>
  Array.from({ length: Math.floor(view.byteLength / size) }, (_, index) => read(index * size));

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Up to the NUL that ends it. */
const textOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes).replace(/\0.*/s, '');
