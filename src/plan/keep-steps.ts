import type { Host } from '../model/host.ts';
import { ARCHIVE_FILES, KEPT, LIST_FILES } from '../model/keeping.ts';
import { all, type Condition, holds, not } from './condition.ts';
import { notAside } from './data-root-steps.ts';
import { type DockerSite, isDockerAsWanted } from './docker-site.ts';
import type { Keep } from './keep-images.ts';
import { step } from './make-step.ts';
import type { Step, TransferAction, Undo } from './step.ts';

/** All is there when `docker load` is through; the daemon is asked once more if it was busy. */
const COMPARE_DEADLINE_MS = 20_000;

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Steps right before Docker stops. */
export function stepsBefore(keep: Keep, { place, docker }: DockerSite): Step[] {
  // Where the old store could not be brought back, what was saved of it stays.
  const safe: Condition = place === null ? all() : notAside(place);
  return [
    ...(keep.saves ? [saveStep(keep, safe)] : []),
    ...(keep.lists ? [listStep(keep, safe, docker.containers.length)] : []),
  ];
}

const removal = (directory: string, files: readonly string[]): TransferAction => ({
  kind: 'remove-kept',
  directory,
  files,
});

const removalUndo = (directory: string, files: readonly string[], needs: Condition): Undo => ({
  when: { is: 'some-kept', files },
  needs,
  do: removal(directory, files),
});

function saveStep({ directory, tags, images, sizeBytes }: Keep, safe: Condition): Step {
  return step({
    id: 'save-images',
    title: `Save ${counted(images.length, 'image')} to ${directory}/${KEPT.archive}`,
    do: { kind: 'save-images', directory, tags, images, sizeBytes },
    undo: [removalUndo(directory, ARCHIVE_FILES, safe)],
    done: { is: 'images-saved', images },
    // In the end the archive is gone, and they are where they are to be.
    expect: [],
  });
}

const listStep = ({ directory, images }: Keep, safe: Condition, count: number): Step =>
  step({
    id: 'list-containers',
    title: `Write down how ${counted(count, 'container')} ${count === 1 ? 'was' : 'were'} started, to ${directory}/${KEPT.list}`,
    do: { kind: 'list-containers', directory, images },
    undo: [removalUndo(directory, LIST_FILES, safe)],
    done: { is: 'all-kept', files: LIST_FILES },
  });

/** Steps when Docker answers on the new store; a run that was cut off here has Docker there already. */
export function stepsAfter(host: Host, { directory, images, facts }: Keep, site: DockerSite): Step[] {
  const remove = removeArchiveStep(directory);
  // Images that have arrived leave nothing, or what a removal that was cut off has left of their archive.
  if (images.length === 0) return facts.archive === null && !holds(remove.done, host) ? [remove] : [];
  const there: Condition = { is: 'images-there', images };
  const isLoaded = isDockerAsWanted(host, site) && holds(there, host);
  return [...(isLoaded ? [] : arrivalSteps(directory, images.length, there)), remove];
}

function arrivalSteps(directory: string, count: number, there: Condition): Step[] {
  const title = counted(count, 'image');
  return [
    step({
      id: 'load-images',
      title: `Load ${title} from ${directory}/${KEPT.archive}`,
      do: { kind: 'load-images', directory },
      done: there,
      // When Docker has taken them, and they are not the same, Docker stays where it is, and the archive too.
      final: 'done',
    }),
    step({
      id: 'compare-images',
      title: `Compare ${title} by tags, configs and layers`,
      do: { kind: 'await', condition: there, deadlineMs: COMPARE_DEADLINE_MS },
      done: there,
    }),
  ];
}

const removeArchiveStep = (directory: string): Step =>
  step({
    id: 'remove-archive',
    title: `Remove ${directory}/${KEPT.archive}`,
    do: removal(directory, ARCHIVE_FILES),
    done: not({ is: 'some-kept', files: ARCHIVE_FILES }),
    final: 'done',
  });

/** What a run left that took images along: where the old store is back, nobody needs it. */
export const removeKeptStep = (directory: string): Step => {
  const files = [...ARCHIVE_FILES, ...LIST_FILES];
  return step({
    id: 'remove-kept',
    title: `Remove what was kept in ${directory}`,
    do: removal(directory, files),
    done: not({ is: 'some-kept', files }),
  });
};
