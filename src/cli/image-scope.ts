import { resolve } from 'node:path';
import type { ImageScope } from '../host/docker/probe-images.ts';
import { UsageError } from './usage-error.ts';

interface ImageFlags {
  'keep-images': boolean;
  'images-dir'?: string | undefined;
}

/**
 * Reads the flags of `setup` that are about images.
 * @param name of the record of what is set up
 * @throws UsageError
 */
export function imageScope(flags: ImageFlags, name: string): ImageScope {
  const asked = Boolean(flags['keep-images']);
  const base = flags['images-dir'];
  if (base === '') throw new UsageError('--images-dir is empty; it takes a directory');
  if (base !== undefined && !asked) throw new UsageError('--images-dir goes with --keep-images');
  return { asked, base: base === undefined ? null : resolve(base), name };
}
