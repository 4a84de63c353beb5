import { Command } from 'commander';
import { requireDatabaseUrl } from '../../config/require.ts';
import type { CliOf } from '../cli.ts';

export function migratedbCommand(cliOf: CliOf): Command {
  return new Command('migratedb')
    .description("Bring the inventory's tables up to date.")
    .option('--dry', 'only list the migrations that would be applied')
    .action(async (options: { dry?: boolean }, command: Command) => {
      const { terminal, config } = cliOf(command);
      const settings = config();
      requireDatabaseUrl(settings);
      const { migrate } = await import('../../inventory/database/migrate.ts');
      const { inventoryAddress } = await import('../../processes/open-inventory.ts');
      const names = await migrate(await inventoryAddress(settings), { dry: options.dry ?? false });
      for (const name of names) terminal.print(name);
      if (names.length === 0) terminal.info('The inventory is up to date.');
      else terminal.info(`${names.length} ${options.dry ? 'would be applied' : 'applied'}.`);
    });
}
