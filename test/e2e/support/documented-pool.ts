import type { Guest } from '../../lab/guest.ts';
import { must } from './shell.ts';

/** Steps 4 to 10 of the documents' "Configure direct-lvm mode manually", as they stand there. */
const script = `
pvcreate -q "$1"
vgcreate -q docker "$1"
lvcreate -q --wipesignatures y -n thinpool docker -l 95%VG
lvcreate -q --wipesignatures y -n thinpoolmeta docker -l 1%VG
lvconvert -q -y --zero n -c 512K --thinpool docker/thinpool --poolmetadata docker/thinpoolmeta
cat > /etc/lvm/profile/docker-thinpool.profile << 'END'
activation {
  thin_pool_autoextend_threshold=80
  thin_pool_autoextend_percent=20
}
END
lvchange -q --metadataprofile docker-thinpool docker/thinpool`;

/** Makes the documents' pool by hand. */
export const typeDocumentedPool = (guest: Guest, disk: string): Promise<string> => must(guest, script, disk);

const reportScript = `lvm fullreport --all --reportformat json --units b --nosuffix --config 'dmeventd/executable="/bin/false" activation/monitoring=1'
printf '\\f'; dmsetup table; dmsetup info --columns --noheadings --options name,suspended | sed 's/^/state-of-/'`;

/** Everything that LVM and the kernel tell of pools, a fact each, by its place. */
export async function poolFactsByName(guest: Guest): Promise<Map<string, string>> {
  const [report = '', mapped = ''] = (await must(guest, reportScript)).split('\f');
  const facts = new Map(mapped.split('\n').map((line) => [`dm ${line.split(/[: ]/)[0]}`, line]));
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) facts.set(path, String(value));
    else for (const [key, each] of Object.entries(value)) walk(each, `${path}/${key}`);
  };
  walk(JSON.parse(report), '');
  return facts;
}

/** What LVM counts by itself whenever it writes. */
const COUNTERS = /(?:seqno|mda_free|_time|mda_used_count|archived)$/;

/** The names of the facts that differ, each once, without LVM's own counters. */
export const differences = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [
    ...new Set(
      [...new Set([...before.keys(), ...after.keys()])]
        .filter((path) => before.get(path) !== after.get(path) && !COUNTERS.test(path))
        .map((path) => path.replace(/^.*\//, '')),
    ),
  ].toSorted();
