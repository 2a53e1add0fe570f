import type { KernelWord } from '../model/pool-survey.ts';

/** `priority,sequence,microseconds,flags;text` (Documentation/ABI/testing/dev-kmsg). */
const RECORD = /^\d+,\d+,(?<micros>\d{1,20}),[^;]*;(?<text>.*)/;
/** As DMERR and its kin write it (include/linux/device-mapper.h), with the device that it is about. */
const ABOUT = /^device-mapper: (?:[\w -]+): (?<number>\d+:\d+): (?<words>.+)$/;

/** What device-mapper's records in /dev/kmsg say of a device; all others are none of ours. */
export function parseKernelWords(records: readonly string[]): KernelWord[] {
  return records.flatMap((record) => {
    const { micros, text } = RECORD.exec(record)?.groups ?? {};
    const { number, words } = ABOUT.exec(text ?? '')?.groups ?? {};
    return number === undefined || words === undefined
      ? []
      : [{ number, atSeconds: Number(micros) / 1e6, text: words }];
  });
}
