import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { askDaemon } from '../../src/host/docker/socket.ts';
import { UnreadableOutput } from '../../src/tools/unreadable.ts';
import { folder } from './folder.ts';

const INFO = { ServerVersion: '20.10.24', Driver: 'overlay2', DriverStatus: [], DockerRootDir: '/var/lib/docker' };
const container = (Id: string, Running: boolean): unknown => ({
  Id,
  Name: `/${Id}`,
  Config: { Image: 'box' },
  State: { Running },
  HostConfig: { RestartPolicy: { Name: 'always' } },
});

/** The answers of a daemon, by path; every other path is not found. */
type Answers = Readonly<Record<string, unknown>>;

const answering =
  (answers: Answers): RequestListener =>
  ({ url = '' }, response) => {
    const answer = answers[url];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? { message: 'no such container' }));
  };

async function daemon(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const path = `${folder(t)}/docker.sock`;
  const server = createServer(listener).listen(path);
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return path;
}

test('a daemon tells of itself and of every container', async (t) => {
  const ids = Array.from({ length: 30 }, (_, index) => (index + 16).toString(16));
  const answers: Answers = {
    '/info': INFO,
    '/containers/json?all=1': ids.map((Id) => ({ Id })),
    ...Object.fromEntries(ids.map((id, index) => [`/containers/${id}/json`, container(id, index % 2 === 0)])),
  };
  const answer = await askDaemon(await daemon(t, answering(answers)));
  t.like(answer, { version: '20.10.24', info: { driver: 'overlay2', dataRoot: '/var/lib/docker' } });
  t.deepEqual(
    answer?.containers.map(({ id }) => id),
    ids,
  );
  t.like(answer?.containers[1], { name: '11', running: false, restartPolicy: 'always' });
});

test('a container that goes away meanwhile is gone', async (t) => {
  const answers: Answers = { '/info': INFO, '/containers/json?all=1': [{ Id: 'a0' }] };
  t.deepEqual((await askDaemon(await daemon(t, answering(answers))))?.containers, []);
});

test('no socket, nobody behind it, and a daemon that says that it can’t are no answer', async (t) => {
  t.is(await askDaemon(`${folder(t)}/docker.sock`), null);
  t.is(await askDaemon(await daemon(t, answering({}))), null);
  t.is(await askDaemon(await daemon(t, ({ socket }) => socket.destroy())), null);
  const cutOff: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy());
  };
  t.is(await askDaemon(await daemon(t, cutOff)), null);
});

test('a daemon that never ends its answer is given up', async (t) => {
  t.is(await askDaemon(await daemon(t, () => {}), 50), null);
  const listener: RequestListener = ({ url }, response) => {
    if (url === '/info') response.write('{');
    else response.end('[]');
  };
  t.is(await askDaemon(await daemon(t, listener), 50), null);
});

test('an answer that can’t be read is no silence', async (t) => {
  const path = await daemon(t, answering({ '/info': { Driver: 7 }, '/containers/json?all=1': [] }));
  await t.throwsAsync(askDaemon(path), { instanceOf: UnreadableOutput });
});
