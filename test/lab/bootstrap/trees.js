import { must, pinnedNode } from './spawn.js';

/** Makes the tree of another release that stories run in: a minute, once, and none of it a story's. */
export function makeTrees() {
  if (process.env.DMTOOL_LAB === 'host') return;
  must(pinnedNode, ['test/lab/make-tree.ts', 'trixie'], { stdio: ['ignore', 2, 2] });
}
