/** What can be killed, with the program that it waits for. */
interface Killable {
  kill(): void;
}

/** Shells that have been started, and not been told to end. Apart from what starts them: every command knows this. */
export const openShells = new Set<Killable>();

/** Kills all of them, and the programs that they wait for: none of these may be one that changes something. */
export function killShells(): void {
  for (const shell of openShells) shell.kill();
}
