import test from 'ava';
import { dockerIntent } from '../../src/cli/docker-intent.ts';
import { imageScope } from '../../src/cli/image-scope.ts';

const FLAGS = { engine: 'docker', 'carry-volumes': false, 'set-swarm-aside': false, 'start-deadline': '120s' } as const;

test('a directory for images is an absolute one, and goes with keeping them', (t) => {
  const keep = { 'keep-images': true };
  t.deepEqual(imageScope(keep, 'docker/thinpool'), { asked: true, base: null, name: 'docker/thinpool' });
  t.is(imageScope({ ...keep, 'images-dir': 'space' }, 'x').base, `${process.cwd()}/space`);
  t.is(imageScope({ ...keep, 'images-dir': '/srv/../space/' }, 'x').base, '/space');
  t.throws(() => imageScope({ ...keep, 'images-dir': '' }, 'x'), { message: /--images-dir is empty/ });
  t.throws(() => imageScope({ 'keep-images': false, 'images-dir': '/srv' }, 'x'), {
    message: /goes with --keep-images/,
  });
});

test('images are Docker’s: without Docker there are none to keep', (t) => {
  t.true(dockerIntent({ ...FLAGS, 'keep-images': true }, 'direct-lvm')?.keepImages);
  t.throws(() => dockerIntent({ ...FLAGS, engine: 'none', 'keep-images': true }, 'direct-lvm'), {
    message: /--keep-images is about Docker/,
  });
});
