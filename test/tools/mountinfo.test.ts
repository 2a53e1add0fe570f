import test from 'ava';
import { isOntoItself, isWithin, parseMountinfo } from '../../src/tools/mountinfo.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';

const TEXT = `21 1 98:0 / / rw,relatime - ext4 /dev/ubda rw
22 21 98:16 /sub /srv rw,noatime shared:3 master:1 - ext4 /dev/ubdb rw
23 21 0:5 / /mnt/a\\040b\\134c rw - tmpfs none rw,size=1k
30 21 98:0 /var/lib/docker /var/lib/docker rw - ext4 /dev/ubda rw
31 30 98:0 /var/lib/docker/overlay2 /var/lib/docker/overlay2 rw - ext4 /dev/ubda rw
32 22 98:16 /sub/data /srv/data rw - ext4 /dev/ubdb rw
33 22 98:16 /sub/other /srv/moved rw - ext4 /dev/ubdb rw
34 99 98:16 /sub/lost /srv/lost rw - ext4 /dev/ubdb rw
`;

const mounts = parseMountinfo(TEXT);
const at = (mountPoint: string) => mounts.find((mount) => mount.mountPoint === mountPoint) ?? mounts[0];

test('a mount is told with what is seen there, however many tags stand before the hyphen', (t) => {
  t.deepEqual(at('/srv'), {
    id: '22',
    parentId: '21',
    deviceNumber: '98:16',
    root: '/sub',
    mountPoint: '/srv',
    filesystem: 'ext4',
    source: '/dev/ubdb',
  });
});

test('blanks and backslashes in paths are as they are on disk', (t) => {
  t.truthy(mounts.find(({ mountPoint }) => mountPoint === '/mnt/a b\\c'));
});

test('a line that is no mount is refused', (t) => {
  for (const line of ['', 'x', '21 1 98:0 / / rw,relatime ext4 /dev/ubda rw', '21 1 98:0 / / rw -', '- - - -'])
    if (line === '') t.deepEqual(parseMountinfo(line), []);
    else t.throws(() => parseMountinfo(line), { instanceOf: UnreadableOutput }, line);
});

test('a directory mounted over itself shows nothing new', (t) => {
  const own = mounts.filter((mount) => isOntoItself(mount, mounts)).map(({ mountPoint }) => mountPoint);
  t.deepEqual(own, ['/var/lib/docker', '/var/lib/docker/overlay2', '/srv/data']);
});

test('a name that only begins alike lies elsewhere', (t) => {
  t.true(isWithin('/var/lib/docker', '/var/lib/docker'));
  t.true(isWithin('/var/lib/docker/volumes', '/var/lib/docker'));
  t.true(isWithin('/var', '/'));
  t.false(isWithin('/var/lib/docker.bk', '/var/lib/docker'));
});
