/** Exit codes of the commands that change something. */
export const EXIT = {
  /** Done, or nothing to do. */
  done: 0,
  /** Failed, and undone. */
  undone: 1,
  /** The arguments alone are wrong. */
  usage: 2,
  /** This host, or the operator, says no; nothing was changed. */
  refused: 3,
  /** Partly done: manual work is left. */
  partlyDone: 4,
  /** Something needed is missing or broken: a program, its answer, a file, or dmtool itself. */
  missingProgram: 5,
  /** Another dmtool is at work. */
  locked: 75,
  /** Interrupted: nothing was changed, or all was undone. */
  interrupted: 130,
} as const;

/** Exit codes of status: those of the Monitoring Plugins. */
export const MONITORING_EXIT = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
