import { ARCHIVE_FILES, IMAGES_DIRECTORY, KEPT } from '../model/keeping.ts';
import type { TransferAction } from '../plan/step.ts';
import { dockerLoad, dockerSave } from '../tools/docker-images.ts';
import { shellLine, shellWord } from '../tools/shell-line.ts';
import { makeKeptDirectory, usualPlaceOf } from './script-kept.ts';

/** What goes from one store of images to another, typed into a shell. */
export function shellTransfer(action: TransferAction): string {
  const { directory } = action;
  const within = (name: string): string => `${directory}/${name}`;
  const sum = (...words: readonly string[]): string => `(cd ${shellWord(directory)} && ${words.join(' ')})`;
  switch (action.kind) {
    case 'save-images':
      return [
        makeKeptDirectory(directory),
        shellLine(['rm', '-f', '--', ...ARCHIVE_FILES.map(within)]),
        shellLine(dockerSave(within(KEPT.partial), action.tags)),
        shellLine(['mv', '--', within(KEPT.partial), within(KEPT.archive)]),
        sum('sha256sum', KEPT.archive, '>', KEPT.checksum),
        shellLine(['sync', '--', within(KEPT.archive), within(KEPT.checksum)]),
      ].join('\n');
    case 'list-containers':
      return [
        makeKeptDirectory(directory),
        `(umask 077; docker ps --all --quiet | xargs --no-run-if-empty docker inspect -- > ${shellWord(within(KEPT.inspected))})`,
      ].join('\n');
    case 'load-images':
      return [sum('sha256sum', '--check', '--quiet', KEPT.checksum), shellLine(dockerLoad(within(KEPT.archive)))].join(
        '\n',
      );
    case 'remove-kept':
      return [
        shellLine(['rm', '-f', '--', ...action.files.map(within)]),
        `! [ -d ${shellWord(directory)} ] || ${shellLine(['rmdir', '--ignore-fail-on-non-empty', '--', directory, ...usualPlaceOf(directory, IMAGES_DIRECTORY)])}`,
      ].join('\n');
  }
}
