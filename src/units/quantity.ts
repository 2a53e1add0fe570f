declare const unit: unique symbol;

/** A whole number that carries its unit in its type, so that sectors are never added to bytes by accident. */
type Quantity<Unit extends string> = bigint & { readonly [unit]: Unit };

/** A size or offset in bytes. */
export type Bytes = Quantity<'bytes'>;
/** A length in 512-byte sectors: the kernel's unit in every device-mapper table, whatever the disk's own sector size. */
export type Sectors = Quantity<'sectors'>;
/** A number of physical or logical extents: LVM's unit of allocation, whose size belongs to the VG. */
export type Extents = Quantity<'extents'>;

/** Bytes in one device-mapper sector (Documentation/admin-guide/device-mapper). */
export const SECTOR_BYTES = 512n;

export const KIB = 1024n;
export const MIB = 1024n * KIB;
export const GIB = 1024n * MIB;
export const TIB = 1024n * GIB;

/** Names a plain number as bytes. */
export const bytes = (count: bigint | number): Bytes => BigInt(count) as Bytes;
/** Names a plain number as 512-byte sectors. */
export const sectors = (count: bigint | number): Sectors => BigInt(count) as Sectors;
/** Names a plain number as extents. */
export const extents = (count: bigint | number): Extents => BigInt(count) as Extents;

/** Sectors to bytes, exactly. */
export const sectorsToBytes = (length: Sectors): Bytes => bytes(length * SECTOR_BYTES);

/** Whole sectors in so many bytes. */
export const bytesToSectors = (size: Bytes): Sectors => sectors(size / SECTOR_BYTES);

/** Extents of the given size to bytes, exactly. */
export const extentsToBytes = (count: Extents, extentSizeBytes: Bytes): Bytes => bytes(count * extentSizeBytes);

/** The least number of extents that holds so many bytes. */
export const extentsToHold = (size: Bytes, extentSizeBytes: Bytes): Extents =>
  extents((size + extentSizeBytes - 1n) / extentSizeBytes);

/** The number of whole extents in so many bytes. */
export const extentsWithin = (size: Bytes, extentSizeBytes: Bytes): Extents => extents(size / extentSizeBytes);
