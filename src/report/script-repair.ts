import { REPAIR_FILES, REPAIRS_DIRECTORY } from '../model/repair.ts';
import type { Condition } from '../plan/condition.ts';
import type { FilesystemPlace, RepairAction } from '../plan/step.ts';
import { removeTree } from '../tools/file-commands.ts';
import { checkFilesystem, filesystemType } from '../tools/fsck.ts';
import { ROOMY_LINE, SOUND_LINE } from '../tools/repair-files.ts';
import { shellLine, shellWord } from '../tools/shell-line.ts';
import { checkOfMended, thinCheck, thinRepair } from '../tools/thin-repair.ts';
import { makeKeptDirectory, usualPlaceOf } from './script-kept.ts';

/** One that is there is somebody's: it stays as it is. */
const makeDirectory = (directory: string): string => shellLine(['mkdir', '--parents', '--mode=700', '--', directory]);

/** What a repair does with metadata, typed into a shell. */
export function shellRepair(action: RepairAction): string {
  const within = (name: string): string => shellWord(`${action.directory}/${name}`);
  switch (action.kind) {
    case 'copy-metadata':
      return [
        makeKeptDirectory(action.directory),
        `(umask 077; gzip < ${shellWord(action.device)} > ${within(REPAIR_FILES.copy)})`,
        `[ "$(gzip --decompress --stdout < ${within(REPAIR_FILES.copy)} | wc -c)" -eq "$(wc -c < ${shellWord(action.device)})" ]`,
        `(cd ${shellWord(action.directory)} && sha256sum ${REPAIR_FILES.copy} > ${REPAIR_FILES.checksum})`,
        `sync ${within(REPAIR_FILES.copy)} ${within(REPAIR_FILES.checksum)}`,
      ].join('\n');
    case 'check-metadata':
      return [
        'found=0',
        `${shellLine(thinCheck(action.device))} > ${within(REPAIR_FILES.checkLog)} 2>&1 || found=$?`,
        // Anything but 0 and 1 is no word about the metadata.
        `[ "$found" -le 1 ] || { cat ${within(REPAIR_FILES.checkLog)} >&2; exit "$found"; }`,
        `if [ "$found" -eq 0 ]; then echo ${SOUND_LINE}; else echo sound=no; fi > ${within(REPAIR_FILES.check)}`,
        // Blocks in all and blocks taken; a tenth, and 4096 at most, are the kernel's reserve. Another tenth is too little room.
        `od -A n -t u8 -j 192 -N 16 ${shellWord(action.device)} |`,
        `  awk '{ kept = $1 / 10 < 4096 ? $1 / 10 : 4096; print ($1 > 0 && $2 <= $1 && $1 - $2 <= kept + $1 / 10) ? "full=yes" : "${ROOMY_LINE}" }' >> ${within(REPAIR_FILES.check)}`,
      ].join('\n');
    case 'mend-metadata':
      return [
        makeDirectory(action.path.slice(0, action.path.lastIndexOf('/'))),
        `[ ! -e ${shellWord(action.path)} ]`,
        `{ (umask 077; head --bytes=${action.sizeBytes} /dev/zero > ${shellWord(action.path)}) &&`,
        `  ${shellLine(thinRepair(action.device, action.path))} &&`,
        `  ${shellLine(['sync', '--', action.path])}; } || { ${shellLine(['rm', '-f', '--', action.path])}; exit 1; }`,
        `echo ${shellWord(action.path)} > ${within(REPAIR_FILES.mended)}`,
      ].join('\n');
    case 'check-mended':
      return [
        ...(action.around === null ? [] : [shellLine(action.around.show)]),
        ...(action.file === null
          ? []
          : [
              `[ "$(losetup --noheadings --output BACK-FILE ${shellWord(action.device)})" = "$(realpath ${shellWord(action.file)})" ]`,
            ]),
        shellLine(checkOfMended(action.device, action.file)),
        ...(action.around === null ? [] : [shellLine(action.around.hide)]),
      ].join('\n');
    case 'forget-kept':
      return [
        shellLine(removeTree(action.directory)),
        ...usualPlaceOf(action.directory, REPAIRS_DIRECTORY).map((place) =>
          shellLine(['rmdir', '--ignore-fail-on-non-empty', '--', place]),
        ),
      ].join('\n');
    case 'check-filesystems':
      return action.filesystems.map(shellCheck).join('\n');
  }
}

/** One that is damaged is told, and stops nobody. */
function shellCheck({ name, device, show, hide }: FilesystemPlace): string {
  const [ext, xfs] = ['ext4', 'xfs'].map((type) => shellLine(checkFilesystem(type, device) ?? []));
  const check = [
    `case "$(${shellLine(filesystemType(device))} || :)" in`,
    `  ext[234]) ${ext} ;;`,
    `  xfs) ${xfs} ;;`,
    `  *) echo ${shellWord(`${name} was not checked`)} ;;`,
    `esac || echo ${shellWord(`${name} is damaged, or its journal is to be replayed first`)} >&2`,
  ];
  if (hide === null) return check.join('\n');
  const missing = `echo ${shellWord(`${name} can not be activated`)} >&2`;
  const stays = `echo ${shellWord(`${name} is active still`)} >&2`;
  return [`if ${shellLine(show)}; then`, ...check, `${shellLine(hide)} || ${stays}`, `else ${missing}`, 'fi'].join(
    '\n',
  );
}

/** A command that is left out where the check of the metadata says that nobody needs it. */
export function shellIfNeeded(done: Condition, command: string): string {
  const test = done.is === 'any' ? shellTest(done) : null;
  return test === null ? command : `if ! { ${test}; }; then\n${command}\nfi`;
}

/** What a condition asks of the check, as a shell asks it; null: that is not what it is about. */
function shellTest(condition: Condition): string | null {
  switch (condition.is) {
    case 'metadata-sound':
      return `grep -qx ${SOUND_LINE} ${shellWord(`${condition.directory}/${REPAIR_FILES.check}`)}`;
    case 'metadata-roomy':
      return `grep -qx ${ROOMY_LINE} ${shellWord(`${condition.directory}/${REPAIR_FILES.check}`)}`;
    case 'not': {
      const of = shellTest(condition.of);
      return of === null ? null : `! { ${of}; }`;
    }
    case 'all':
    case 'any': {
      const tests = condition.of.map(shellTest).filter((each) => each !== null);
      return tests.length === 0 ? null : tests.join(condition.is === 'all' ? ' && ' : ' || ');
    }
    default:
      return null;
  }
}
