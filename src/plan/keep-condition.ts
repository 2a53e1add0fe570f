import type { Host } from '../model/host.ts';
import { holdsAll, type KeepFacts, type KeptImage } from '../model/keeping.ts';
import type { Answers } from './pool-condition.ts';

/** Questions about images on their way. Where nobody asked for them, none holds. */
export type KeepCondition =
  /** They are all in an archive that was written to its end. */
  | { is: 'images-saved'; images: readonly KeptImage[] }
  /** The daemon has them all. */
  | { is: 'images-there'; images: readonly KeptImage[] }
  /** One of these files at least lies in the directory. */
  | { is: 'some-kept'; files: readonly string[] }
  /** All of them. */
  | { is: 'all-kept'; files: readonly string[] };

const whereAsked =
  <Kind extends KeepCondition>(answer: (facts: KeepFacts, condition: Kind) => boolean) =>
  ({ keeping }: Host, condition: Kind): boolean =>
    keeping !== null && answer(keeping, condition);

/** How each is answered. */
export const keepAnswers: Answers<KeepCondition> = {
  'images-saved': whereAsked(({ archive }, { images }) => holdsAll(archive?.images ?? [], images)),
  'images-there': whereAsked((facts, { images }) => holdsAll(facts.images ?? [], images)),
  'some-kept': whereAsked((facts, { files }) => files.some((file) => facts.files.includes(file))),
  'all-kept': whereAsked((facts, { files }) => files.every((file) => facts.files.includes(file))),
};
