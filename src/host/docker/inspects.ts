import { parseContainerIds } from '../../tools/docker-api.ts';
import { parseInspected } from '../../tools/docker-inspect.ts';
import { TransferFailed } from '../errors.ts';
import { type Answer, converse } from './socket.ts';

/** A host may have hundreds of containers. */
const DEADLINE_MS = 60_000;

/** What the daemon says of its containers, the oldest first, and of their images, by id: texts in JSON. */
export interface Inspects {
  containers: readonly string[];
  images: ReadonlyMap<string, string>;
}

/**
 * Asks the daemon for everything about its containers.
 * @throws TransferFailed when it does not answer, UnreadableOutput
 */
export async function askInspects(socketPath: string): Promise<Inspects> {
  const answer = await converse(socketPath, DEADLINE_MS, async (get) => {
    const list = await get('/containers/json?all=1');
    if (list.status !== 200) return null;
    const containers = texts(
      await Promise.all(parseContainerIds(list.text).map((id) => get(`/containers/${id}/json`))),
    ).toReversed();
    const ids = [...new Set(containers.map((text) => parseInspected(text).Image))];
    const images = await Promise.all(ids.map((id) => get(`/images/${id}/json`)));
    return { containers, images: new Map(images.flatMap(({ text, status }, at) => pair(ids[at], text, status))) };
  });
  if (answer === null) throw new TransferFailed('Docker does not tell how its containers were started', '');
  return answer;
}

/** One that has gone meanwhile is none. */
const texts = (answers: readonly Answer[]): string[] =>
  answers.filter(({ status }) => status === 200).map(({ text }) => text);

const pair = (id: string | undefined, text: string, status: number | undefined): [string, string][] =>
  id !== undefined && status === 200 ? [[id, text]] : [];
