import { shellLine } from '../tools/shell-line.ts';

/** Its mode counts for one that is new; one that is there is closed to others as well. */
export const makeKeptDirectory = (directory: string): string =>
  [shellLine(['mkdir', '--parents', '--mode=700', '--', directory]), shellLine(['chmod', '700', '--', directory])].join(
    '\n',
  );

/** The usual place of such a directory goes with the last one in it; any other place is somebody's. */
export const usualPlaceOf = (directory: string, usualPlace: string): readonly string[] =>
  directory.startsWith(`${usualPlace}/`) ? [usualPlace] : [];
