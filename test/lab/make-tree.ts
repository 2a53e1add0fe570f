// Makes the trees of the releases named: bootstrap.js has it done before the stories, which would wait for it in vain.
import { RELEASES, treeOf } from './trees.ts';

for (const release of RELEASES) if (process.argv.includes(release)) treeOf(release);
