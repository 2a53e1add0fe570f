import type { ApplyEvent } from '../apply/outcome.ts';
import { bytes } from '../units/quantity.ts';
import { formatSize } from '../units/size.ts';
import { bar } from './bar.ts';

type BytesGone = Extract<ApplyEvent, { kind: 'bytes-gone' }>;

const HUNDRED = 100;

/** How far a transfer is, in whole percent: what is left of an estimate that was too small is the last percent of it. */
const percentOf = ({ doneBytes, totalBytes }: BytesGone): number =>
  doneBytes >= totalBytes ? HUNDRED : Math.floor((doneBytes * HUNDRED) / totalBytes);

/** `33 %, 12.3 MiB of 37 MiB`, and what is done with them. */
function amount(event: BytesGone): string {
  const [done, total] = [event.doneBytes, event.totalBytes].map((count) => formatSize(bytes(count)));
  if (event.step.do.kind === 'copy-metadata') return `${percentOf(event)} %, ${done} of ${total}`;
  const isChecked = event.step.do.kind === 'load-images';
  if (isChecked && event.doneBytes === event.totalBytes) return `${done} checked; Docker loads them`;
  if (!isChecked && event.doneBytes === 0) return `Docker gathers layers, about ${total}`;
  return `${percentOf(event)} %, ${done} of ${isChecked ? `${total} checked` : `about ${total}`}`;
}

/** A line under a step of a list that changes in place. */
export const drawBytes = (event: BytesGone): string =>
  `${bar(percentOf(event), { warning: null, critical: null })} ${amount(event)}`;

const TENTH = 10;

/** Lines for logs and pipes: one each time that a tenth more is through. */
export function byteLines(print: (line: string) => void): (event: BytesGone) => void {
  let shown = { id: '', tenth: 0 };
  return (event) => {
    if (event.step.id !== shown.id) shown = { id: event.step.id, tenth: 0 };
    const tenth = Math.floor(percentOf(event) / TENTH);
    if (tenth <= shown.tenth) return;
    shown.tenth = tenth;
    print(`  ${amount(event)}`);
  };
}
