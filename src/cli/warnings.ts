import { isOwnWarning } from '../system/warn.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows the warnings of this process on the terminal: Cornac's own as sentences, those of libraries under `--verbose`
 * only, because nobody but a developer can do something about them. `openLog` takes all of them over in servers.
 */
export function showWarnings(terminal: Terminal, { verbose = false }: { readonly verbose?: boolean }): void {
  // Node's own listener writes to stderr in the middle of the steps.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (isOwnWarning(warning)) terminal.say(`Warning: ${warning.message}`);
    else if (verbose) terminal.say(String(warning.stack));
  });
}
