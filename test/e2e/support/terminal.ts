import type { Guest } from '../../lab/guest.ts';

/** Runs dmtool on a terminal, waits for its question, and types. */
export async function onTerminal(
  guest: Guest,
  command: string,
  typed: string,
): Promise<{ exitCode: number; screen: string }> {
  const result = await guest.run(
    [
      ...['sh', '-uc'],
      `mkfifo /run/typed; : > /run/screen
      script --quiet --flush --return --command "$1" /dev/null < /run/typed > /run/screen 2>&1 &
      exec 3> /run/typed; rm /run/typed
      until grep -q 'Go on?' /run/screen || ! kill -0 $!; do sleep 0.1; done
      printf "$2" >&3
      wait $!; code=$?; cat /run/screen; exit $code`,
      ...['sh', command, typed],
    ],
    { timeoutMs: 360_000 },
  );
  return { exitCode: result.exitCode, screen: result.stdout.replaceAll('\r', '') };
}
