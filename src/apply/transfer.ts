import { join } from 'node:path';
import { askInspects } from '../host/docker/inspects.ts';
import { checkArchive, saveArchive } from '../host/docker/transfer.ts';
import { TransferFailed } from '../host/errors.ts';
import { writeAtomically } from '../host/files.ts';
import { makeKeptDirectory, removeKept } from '../host/kept-directory.ts';
import type { OnBytes } from '../host/on-bytes.ts';
import { IMAGES_DIRECTORY, KEPT } from '../model/keeping.ts';
import type { TransferAction } from '../plan/step.ts';
import type { Argv } from '../tools/argv.ts';
import { dockerLoad, dockerSave } from '../tools/docker-images.ts';
import { parseImageConfig, parseInspected } from '../tools/docker-inspect.ts';
import { containerList } from '../tools/docker-run-line.ts';
import type { RunChange } from './machine.ts';

/** What a transfer needs beside its action. */
export interface TransferOptions {
  /** null: the daemon has no unix socket. */
  socketPath: string | null;
  run: RunChange;
  onBytes: OnBytes;
  /** Told of what does not go on, and is waited for. */
  onOverdue: (argv: Argv) => void;
  isUnwanted: () => boolean;
}

/**
 * Carries images, and the word on containers, out of one store or into another.
 * @throws CommandFailed, TransferFailed, UnreadableOutput, or what the file system says
 */
export async function transfer(
  action: TransferAction,
  { socketPath, run, onBytes, onOverdue, isUnwanted }: TransferOptions,
): Promise<void> {
  const { directory } = action;
  switch (action.kind) {
    case 'save-images':
      return saveArchive(directory, action, askable(socketPath), {
        onBytes,
        onSilence: () => onOverdue(dockerSave(join(directory, KEPT.archive), action.tags)),
        isUnwanted,
      });
    case 'list-containers':
      return listContainers(action, askable(socketPath));
    case 'load-images':
      await checkArchive(directory, onBytes);
      return run(dockerLoad(join(directory, KEPT.archive)));
    case 'remove-kept':
      return removeKept(directory, action.files, IMAGES_DIRECTORY);
  }
}

function askable(socketPath: string | null): string {
  if (socketPath === null) throw new TransferFailed('Docker has no unix socket to be asked on', '');
  return socketPath;
}

/** Secrets may stand in it, as they do in Docker's own files. */
const MODE = 0o600;

async function listContainers(
  { directory, images }: Extract<TransferAction, { kind: 'list-containers' }>,
  socketPath: string,
): Promise<void> {
  const asked = await askInspects(socketPath);
  const listed = asked.containers.map((text) => {
    const container = parseInspected(text);
    const image = asked.images.get(container.Image);
    return {
      container,
      image: image === undefined ? {} : parseImageConfig(image),
      isKept: images.some(({ configDigest }) => configDigest === null || configDigest === container.Image),
    };
  });
  await makeKeptDirectory(directory);
  writeAtomically(
    join(directory, KEPT.inspected),
    `[\n${asked.containers.map((each) => each.trim()).join(',\n')}\n]\n`,
    MODE,
  );
  writeAtomically(join(directory, KEPT.list), containerList(listed), MODE);
}
