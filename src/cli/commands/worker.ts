import { Command } from 'commander';
import { requireDatabaseUrl } from '../../config/require.ts';
import { announceReady, stopSignal } from '../../supervisor/stop-signal.ts';
import { runWorkerPool } from '../../supervisor/worker-pool.ts';
import type { CliOf } from '../cli.ts';
import { createLog } from '../log.ts';
import { wholeNumber } from '../number-option.ts';

export function workerCommand(cliOf: CliOf): Command {
  return new Command('worker')
    .description('Run operations: clone machines, start servers. Run any number of workers, on any host.')
    .option('-p, --processes <N>', 'worker processes', wholeNumber(1, 256), 1)
    .addHelpText(
      'after',
      '\n  $ cornac worker --processes 2\n\nSIGTERM lets running steps finish or hands them over.',
    )
    .action(async ({ processes }: { processes: number }, command: Command) => {
      const signal = stopSignal();
      const cli = cliOf(command);
      const config = cli.config();
      requireDatabaseUrl(config);
      // Checked here because the worker processes would fail the same way and be restarted again and again.
      const { requireMachineKeys } = await import('../../machines/machine-keys.ts');
      await requireMachineKeys(config);
      const log = createLog(config, 'worker');
      const { checkSettings } = await import('../../processes/check-settings.ts');
      await checkSettings(config, (message) => log.warn(message));
      const { keepInventoryOf } = await import('../../up/inventory-keeper.ts');
      await runWorkerPool({
        processes,
        env: { ...cli.env, CORNAC_LOG_LEVEL: config.logLevel },
        signal,
        // Runs here and not in the worker processes, because those end while Temporal is down and the
        // inventory needs no Temporal.
        beside: (until) =>
          keepInventoryOf(config, log, until).catch((err) =>
            log.error({ err }, 'the inventory is not monitored'),
          ),
        events: {
          started: (child, pid) => log.info({ child, pid }, 'started'),
          ended: (child, how, restartInMs) =>
            log.error({ child, restartInMs }, `${child} ${how}; restarting`),
        },
        onReady: () => {
          log.info({ processes }, 'accepts work');
          announceReady();
        },
      });
    });
}
