import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Container } from '../../model/docker.ts';
import { type DaemonSelf, parseContainer, parseContainerIds, parseInfo } from '../../tools/docker-api.ts';

/** What the daemon says of itself and of its containers, all of one moment. */
export interface DaemonAnswer extends DaemonSelf {
  containers: Container[];
}

/** Not imported: that would read every getter of the module, and load its fetch and WebSocket at each start of dmtool. */
const http = (): typeof import('node:http') => process.getBuiltinModule('node:http');

/** All questions together: a daemon that waits for its storage may never answer. */
const ANSWER_DEADLINE_MS = 15_000;
/** A host may have hundreds of containers. */
const QUESTIONS_AT_ONCE = 4;

/**
 * Asks the daemon behind a socket. Whoever calls has to know that it runs: systemd would start it at the first word.
 * @returns null when it does not answer, or says that it can't
 * @throws UnreadableOutput
 */
export async function askDaemon(socketPath: string, deadlineMs = ANSWER_DEADLINE_MS): Promise<DaemonAnswer | null> {
  return converse(socketPath, deadlineMs, async (get) => {
    const [info, list] = await Promise.all([get('/info'), get('/containers/json?all=1')]);
    if (info.status !== 200 || list.status !== 200) return null;
    const containers = await Promise.all(parseContainerIds(list.text).map((id) => get(`/containers/${id}/json`)));
    // 404: it was removed while we asked, as every `docker run --rm` does.
    const there = containers.filter(({ status }) => status !== 404);
    if (there.some(({ status }) => status !== 200)) return null;
    return { ...parseInfo(info.text), containers: there.map(({ text }) => parseContainer(text)) };
  });
}

/**
 * Asks a daemon several questions, a few at a time.
 * @returns null when it does not answer
 */
export async function converse<Said>(
  socketPath: string,
  deadlineMs: number,
  talk: (get: (path: string) => Promise<Answer>) => Promise<Said | null>,
): Promise<Said | null> {
  const agent = new (http().Agent)({ keepAlive: true, maxSockets: QUESTIONS_AT_ONCE });
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    return await talk((path) => ask({ socketPath, path, agent, signal }));
  } catch (error) {
    if (isUnanswered(error)) return null;
    throw error;
  } finally {
    agent.destroy();
  }
}

interface Question {
  socketPath: string;
  path: string;
  agent?: Agent;
  signal?: AbortSignal;
}

export interface Answer {
  status: number | undefined;
  text: string;
}

async function ask(question: Question): Promise<Answer> {
  const response = await openAnswer(question);
  return { status: response.statusCode, text: await textOf(response) };
}

/** The whole of an answer. */
export async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const piece of response) text += piece;
  return text;
}

/** An answer whose content is still to come: it may be larger than memory. The daemon wants some host name, whatever it is. */
export const openAnswer = (question: Question): Promise<IncomingMessage> =>
  answerTo(http().request({ ...question, host: 'docker' }));

function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent.on('response', resolve).on('error', reject).end();
  return promise;
}

/** No socket, nobody behind it, too late, or cut off: all errors of the system or of its clock; parsers throw their own. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof Error && ('code' in error || error.name === 'AbortError' || error.name === 'TimeoutError');
