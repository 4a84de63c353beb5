import { Command } from 'commander';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Finding } from '../../reconcile/compare.ts';
import type { CliOf } from '../cli.ts';
import { CliFailure } from '../failure.ts';
import { formatTable } from '../table.ts';

export function inspectCommand(cliOf: CliOf): Command {
  return new Command('inspect')
    .description('Compare the inventory with the existing machines. Changes nothing.')
    .argument('[IDENTIFIER]', 'only this DB instance')
    .addHelpText('after', '\nExits 1 when something differs.')
    .action(async (name: string | undefined, _options: unknown, command: Command) => {
      const identifier = name?.toLowerCase();
      const { terminal, config: load } = cliOf(command);
      const config = load();
      const { openInventory } = await import('../../processes/open-inventory.ts');
      const { provision } = await import('../../machines/open.ts');
      const { survey } = await import('../../reconcile/survey.ts');
      const { describeFindings } = await import('../../reconcile/describe.ts');
      const inventory = await openInventory(config);
      const place = await provision(config);
      try {
        const instances = await listInstances(inventory, identifier);
        const rows = instances.map((each) => [
          each.identifier,
          each.status,
          each.address ?? '-',
          `PostgreSQL ${each.engineVersion}`,
          each.host === null ? each.machine : `${each.machine} on ${each.host}`,
        ]);
        for (const line of formatTable(['identifier', 'status', 'address', 'engine', 'machine'], rows)) {
          terminal.print(line);
        }
        const findings = await survey(inventory, place);
        const isSelected = (finding: Finding): boolean =>
          !identifier || ('instance' in finding && finding.instance.identifier === identifier);
        const lines = (await describeFindings(inventory, findings)).filter((_, index) =>
          isSelected(findings[index] as Finding),
        );
        for (const line of lines) terminal.print(line);
        if (lines.length > 0) {
          throw new CliFailure(
            lines.length === 1 ? '1 difference found.' : `${lines.length} differences found.`,
            '`cornac recover --instances` starts what should be up.',
          );
        }
        terminal.info('Inventory and machines agree.');
      } finally {
        await place.close();
        await inventory.close();
      }
    });
}

async function listInstances(inventory: Inventory, identifier: string | undefined) {
  const instances = await inventory.instances.list(identifier ? { identifiers: [identifier] } : {});
  if (identifier && instances.length === 0) {
    throw new CliFailure(`DB instance ${identifier} not found.`, '`cornac inspect` lists all of them.');
  }
  return instances;
}
