import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Command } from 'commander';
import { requireDatabaseUrl } from '../../config/require.ts';
import type { CliOf } from '../cli.ts';
import { createStepsView } from '../steps-view.ts';

export function recoverCommand(cliOf: CliOf): Command {
  return new Command('recover')
    .description(
      'After a host went down: start the inventory again, with --instances also all instances that should be up.',
    )
    .option('--instances', 'also start the other DB instances that should be up; workers do it')
    .option('--accept-losses', 'with --instances: treat all missing machines as lost, however many')
    .action(async (options: { instances?: boolean; acceptLosses?: boolean }, command: Command) => {
      if (options.acceptLosses && !options.instances) {
        command.error('error: --accept-losses requires --instances');
      }
      const { terminal, config: load } = cliOf(command);
      const config = load();
      requireDatabaseUrl(config);
      const { logLibrariesTo } = await import('../../processes/worker-logging.ts');
      const { bootstrap } = await import('../../processes/bootstrap.ts');
      const { ensureLogs } = await import('../../up/state.ts');
      logLibrariesTo(join(await ensureLogs(config.stateDir), 'recover.log'), config.logLevel);
      const view = createStepsView(terminal);
      const address = await bootstrap(config, { onProgress: view.update });
      terminal.info(`The inventory is at ${address}.`);
      if (!options.instances) return;

      const { openInventory } = await import('../../processes/open-inventory.ts');
      const { provision } = await import('../../machines/open.ts');
      const { describeFindings } = await import('../../reconcile/describe.ts');
      const { reconcileInstances } = await import('../../reconcile/round.ts');
      const call = { requestId: randomUUID() };
      const inventory = await openInventory(config);
      const place = await provision(config);
      try {
        const acceptLosses = options.acceptLosses === true;
        const { findings } = await reconcileInstances(inventory, place, { call, acceptLosses });
        for (const line of await describeFindings(inventory, findings, { acceptLosses })) {
          terminal.print(line);
        }
        if (findings.length === 0) terminal.info('All instances that should be up are up.');
      } finally {
        await place.close();
        await inventory.close();
      }
    });
}
