import type { Bytes } from '../units/quantity.ts';
import { METADATA_BLOCK_BYTES } from './thin-pool.ts';

/** What LVM uses of a metadata LV at most: 15.81 GiB (DM_THIN_MAX_METADATA_SIZE in lvm2, lib/metadata/metadata-exported.h). */
export const MAX_METADATA_BYTES = (33_161_216n * 512n) as Bytes;
/** What the kernel uses of a metadata device at most (THIN_METADATA_MAX_SECTORS, drivers/md/dm-thin-metadata.h). */
export const KERNEL_MAX_METADATA_BYTES = (33_292_800n * 512n) as Bytes;
/** The kernel's smallest metadata device (thin-provisioning.rst). */
export const MIN_METADATA_BYTES = (2n * 1024n * 1024n) as Bytes;
/** Bytes of metadata that the kernel's guideline counts for each data block (thin-provisioning.rst). */
const METADATA_BYTES_PER_BLOCK = 48n;

/** The blocks that the kernel makes of a metadata device. */
export const usableMetadataBlocks = (sizeBytes: Bytes): bigint =>
  (sizeBytes < KERNEL_MAX_METADATA_BYTES ? sizeBytes : KERNEL_MAX_METADATA_BYTES) / METADATA_BLOCK_BYTES;

/** The kernel's guideline for metadata: 48 bytes a data block, at least 2 MiB (thin-provisioning.rst). */
export function metadataGuidelineBytes(dataSizeBytes: Bytes, chunkSizeBytes: Bytes): Bytes {
  const guideline = (METADATA_BYTES_PER_BLOCK * dataSizeBytes) / chunkSizeBytes;
  return (guideline > MIN_METADATA_BYTES ? guideline : MIN_METADATA_BYTES) as Bytes;
}
