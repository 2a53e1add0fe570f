import type { Host } from '../model/host.ts';
import { ARCHIVE_FILES, KEPT, LIST_FILES } from '../model/keeping.ts';
import type { OwnershipRecord } from '../model/ownership.ts';
import { formatSize } from '../units/size.ts';
import type { DockerSite } from './docker-site.ts';
import { type Keep, surveyKeep } from './keep-images.ts';
import { stepsAfter, stepsBefore } from './keep-steps.ts';
import type { Note, Plan, Step } from './step.ts';

/** Puts the way of the images around a plan that moves Docker from one store to another; the same plan where nobody asked. */
export function keepAround(host: Host, site: DockerSite, plan: Plan): Plan {
  const keep = surveyKeep(host, site);
  if (keep === null) return site.intent.keepImages ? { ...plan, warnings: [...plan.warnings, NOTHING] } : plan;
  const after = stepsAfter(host, keep, site);
  const isListed = keep.lists || keep.facts.files.includes(KEPT.list);
  const words = [
    ...(after.length > 0 && keep.images.length > 0
      ? [
          `${counted(keep.images.length, 'image')} of before ${keep.images.length === 1 ? 'is' : 'are'} there again, compared by tags, configs and layers.`,
        ]
      : []),
    ...(isListed ? [`How its containers were started: ${keep.directory}/${KEPT.list}`] : []),
  ];
  const removal = { kind: 'remove-kept', directory: keep.directory, files: [...ARCHIVE_FILES, ...LIST_FILES] } as const;
  return {
    ...plan,
    steps: [...beforeStop(plan.steps, stepsBefore(keep, site)), ...after],
    notes: [...plan.notes, ...keepNotes(keep)],
    owns: owning(plan.owns, keep),
    endings: { ...plan.endings, done: [plan.endings.done, ...words].join('\n') },
    wayBack: [...plan.wayBack, removal],
  };
}

const NOTHING = 'There are no images to take over with --keep-images: nothing is moved that holds any.';

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** Docker runs for as long as it is asked for its images. */
function beforeStop(steps: readonly Step[], before: readonly Step[]): Step[] {
  const stop = steps.findIndex(({ id }) => id === 'stop-containers' || id === 'stop-docker');
  const place = stop < 0 ? steps.length : stop;
  return [...steps.slice(0, place), ...before, ...steps.slice(place)];
}

/** A run that goes on with another keeps to what that one began with. */
const owning = (owns: OwnershipRecord, { directory, images, isAllThere }: Keep): OwnershipRecord =>
  isAllThere
    ? { ...owns, docker: owns.docker && { ...owns.docker, images: { directory, count: images.length } } }
    : owns;

function keepNotes({ saves, lists, images, tags, sizeBytes, directory, facts }: Keep): Note[] {
  if (!saves && !lists) return [];
  const archive = saves
    ? [`${counted(images.length, 'image')}, about ${formatSize(sizeBytes)}: ${tags.join(', ')}`]
    : [];
  const list = lists ? [`how each container was started, in ${KEPT.list} and ${KEPT.inspected}, which stay there`] : [];
  return [{ heading: `Kept through ${directory}`, lines: [...archive, ...list, ...facts.untagged.map(untaggedLine)] }];
}

const SHORT_ID = 12;

/** What nobody could find again is not kept, whoever uses it. */
function untaggedLine({ id, usedBy }: Keep['facts']['untagged'][number]): string {
  const short = id.slice(id.indexOf(':') + 1).slice(0, SHORT_ID);
  const users =
    usedBy.length === 0
      ? ''
      : `, though ${usedBy.join(', ')} ${usedBy.length === 1 ? 'is' : 'are'} made from it: docker tag keeps it`;
  return `not kept: image ${short}, which has no tag${users}`;
}
