import { join } from 'node:path';
import { Command } from 'commander';
import { requireDatabaseUrl } from '../../config/require.ts';
import { stopSignal } from '../../supervisor/stop-signal.ts';
import type { CliOf } from '../cli.ts';
import { wholeNumber } from '../number-option.ts';
import { createStepsView } from '../steps-view.ts';

interface Options {
  readonly pgversion?: string;
  readonly size?: number;
}

export function bootstrapCommand(cliOf: CliOf): Command {
  return new Command('bootstrap')
    .description(
      "Create the inventory's own PostgreSQL instance, as DATABASE_URL names it, or start it again.",
    )
    .option('--pgversion <VERSION>', 'version of PostgreSQL (default: the newest that the origin has)')
    .option('--size <GIB>', 'size of its data disk (default: 5)', wholeNumber(1, 65_536))
    .addHelpText(
      'after',
      '\\nIt overwrites nothing. Run it again after a failure: it continues where it stopped.',
    )
    .action(async (options: Options, command: Command) => {
      const { terminal, config: load } = cliOf(command);
      const config = load();
      requireDatabaseUrl(config);
      const { logLibrariesTo } = await import('../../processes/worker-logging.ts');
      const { bootstrap } = await import('../../processes/bootstrap.ts');
      const { ensureLogs } = await import('../../up/state.ts');
      logLibrariesTo(join(await ensureLogs(config.stateDir), 'bootstrap.log'), config.logLevel);
      const view = createStepsView(terminal);
      const address = await bootstrap(config, { ...options, onProgress: view.update, signal: stopSignal() });
      terminal.info(`The inventory is at ${address}. Next: cornac worker, cornac run.`);
    });
}
