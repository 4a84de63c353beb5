import { isOwnWarning } from '../system/warn.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows the warnings of this process on the terminal. Cornac's own are sentences. Warnings of libraries
 * appear under `--verbose` only, because only a developer can act on them. In servers `openLog` logs all
 * warnings.
 */
export function showWarnings(terminal: Terminal, { verbose = false }: { readonly verbose?: boolean }): void {
  // Node's own listener would write to stderr between the lines of the steps view.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (isOwnWarning(warning)) terminal.info(`Warning: ${warning.message}`);
    else if (verbose) terminal.info(String(warning.stack));
  });
}
