/**
 * A reader that leaves, or a full disk, does not stop a run half way: what can't be said stays unsaid, and only a result
 * that is lost to anything but its reader's leaving is worth a word. (oclif would throw there.)
 */
export function tolerateLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  process.stderr.on('error', () => {});
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') process.stderr.write(`dmtool: its result could not be written: ${message}\n`);
  });
}
