import { parsePluginStatus, pluginList } from '../../tools/containerd.ts';
import { CommandFailed, DeadlinePassed } from '../errors.ts';
import type { Launcher } from '../launcher.ts';
import { read } from '../run.ts';

/** What stands for the snapshotter's state when containerd runs and does not tell it. */
const SILENT = 'containerd does not answer';

/**
 * Asks containerd what became of its devmapper snapshotter.
 * @param mayBeSilent a containerd that does not answer is told as that
 * @returns null: it is not in its list of plugins
 * @throws CommandFailed, DeadlinePassed where it may not be silent; UnreadableOutput
 */
export async function askForPlugin(address: string, launcher: Launcher, mayBeSilent: boolean): Promise<string | null> {
  try {
    return parsePluginStatus(await read(pluginList(address), launcher));
  } catch (error) {
    if (mayBeSilent && (error instanceof CommandFailed || error instanceof DeadlinePassed)) return SILENT;
    throw error;
  }
}
