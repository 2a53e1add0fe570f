const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A run watches for signals itself; once it has ended its answer comes at once. */
let isAnswered = false;

/** Before a run there are only programs that look, in sessions of their own, where no signal reaches them. */
export function endWhileLooking(end: () => void): void {
  const handle = (): void => {
    if (!isAnswered) end();
  };
  for (const signal of SIGNALS) process.on(signal, handle);
}

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
  isAnswered = true;
  let wanted = false;
  const handle = (): void => {
    if (wanted) onAgain();
    else onFirst();
    wanted = true;
  };
  for (const signal of SIGNALS) process.on(signal, handle);
  return {
    wanted: () => wanted,
    [Symbol.dispose]: () => {
      for (const signal of SIGNALS) process.removeListener(signal, handle);
    },
  };
}
