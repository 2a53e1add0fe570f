import { LabFailure } from '../../lab/errors.ts';
import type { Guest } from '../../lab/guest.ts';
import { dmtoolJson } from './shell.ts';

/** What doctor finds, as `CODE STATE`, and who it is about where it is no pool. */
export async function doctorCodes(guest: Guest): Promise<string[]> {
  const { document } = await dmtoolJson(guest, ['doctor']);
  if (document.findings === undefined) throw new LabFailure(`doctor found nothing out: ${document.error?.message}`);
  return document.findings.map(({ code, state }) => `${code} ${state}`).sort();
}
