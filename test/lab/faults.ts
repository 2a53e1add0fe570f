import { readFile } from 'node:fs/promises';
import type { BaseGuest } from './base.ts';
import { LabFailure, within } from './errors.ts';
import type { FailOptions, Fault, HangOptions } from './guest.ts';

interface RuleOptions extends FailOptions, HangOptions {
  readonly kind: 'fail' | 'hang';
}

const reachTimeoutMs = 120_000;

let lastRule = 0;

const readScript = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function writeRule(program: string, options: RuleOptions): string {
  const settings = {
    kind: options.kind,
    program,
    when: options.when ?? '',
    mode: options.mode ?? 'before',
    exit_code: String(options.exitCode ?? 5),
    once: options.once === true ? 'yes' : '',
    message: options.stderr ?? `  ${program}: failed by the lab\n`,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${quote(value)}\n`)
    .join('');
}

/** Puts a wrapper in the guest where the program was: the plan's own commands meet the fault, whoever starts them. */
export async function installFault(guest: BaseGuest, program: string, options: RuleOptions): Promise<Fault> {
  const [install, wrapper] = await Promise.all([readScript('fault-install.sh'), readScript('fault-wrapper.sh')]);
  const words = [program, String(++lastRule), writeRule(program, options), wrapper];
  const rule = (await guest.must(['bash', '-euc', install, 'fault-install', ...words])).stdout;
  // The first call that meets the rule waits for this reader, so that it cannot be missed.
  const reader = guest.start(['sh', '-c', 'read -r met < "$1"', 'sh', `${rule}/reached`]);
  const script = (text: string): Promise<unknown> => guest.must(['bash', '-euc', text, 'fault', rule]);
  return {
    reached: async () => {
      const { exitCode } = await within(reachTimeoutMs, `${program} never met its fault`, reader.result);
      if (exitCode !== 0) throw new LabFailure(`the fault of ${program} was removed before it was met`);
    },
    release: async () => void (await script('touch "$1/released"; printf "\\n%.0s" {1..64} 1<> "$1/release"')),
    remove: async () => {
      reader.kill('SIGKILL');
      await script(removal);
    },
  };
}

/** The wrapper goes with its last rule. `umount -l`, since a wrapper that hangs keeps its own file busy. */
const removal = `
for pid in "$1"/hanging/*; do
  if [[ -e $pid && -d /proc/\${pid##*/} ]]; then kill -9 "\${pid##*/}"; fi
done
faults=\${1%/rules/*}
rm -rf "$1"
if [[ -z $(ls "$faults/rules") ]]; then
  target=$(findmnt --noheadings --raw --output TARGET,SOURCE | grep -F "[\${faults#/run}/wrapper]" | cut -d' ' -f1)
  umount -l "$target" "$faults/real"
  rm -rf "$faults"
fi`;
