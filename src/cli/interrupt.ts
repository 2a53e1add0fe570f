/** Counts the operator's wishes to stop, while a run goes on. */
export interface Interrupt extends Disposable {
  wanted(): boolean;
}

/**
 * SIGINT, SIGTERM and a lost terminal no longer end dmtool: the running command ends by itself, and then the run is
 * undone. (`once` would let the process die at the second signal.)
 * @param onAgain told of every signal after the first: somebody grows impatient
 */
export function watchInterrupts(onFirst: () => void, onAgain: () => void = () => {}): Interrupt {
  let wanted = false;
  const handle = (): void => {
    if (wanted) onAgain();
    else onFirst();
    wanted = true;
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handle);
  return {
    wanted: () => wanted,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.removeListener(signal, handle);
    },
  };
}
