import { Command } from 'commander';
import { announceReady, stopSignal } from '../../supervisor/stop-signal.ts';
import type { CliOf } from '../cli.ts';
import { createLog } from '../log.ts';

/** One process of `cornac worker`; internal. */
export function workerProcessCommand(cliOf: CliOf): Command {
  return new Command('worker-process').action(async (_options: unknown, command: Command) => {
    const config = cliOf(command).config();
    const log = createLog(config, 'worker');
    const signal = stopSignal();
    const { logThrough } = await import('../../processes/worker-logging.ts');
    const { runWorker } = await import('../../processes/worker.ts');
    logThrough(log);
    await runWorker(config, { log, signal, onReady: announceReady });
  });
}
