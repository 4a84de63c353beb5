import { Command } from 'commander';
import { trustBundle } from '../../processes/trust-bundle.ts';
import type { CliOf } from '../cli.ts';

export function caCommand(cliOf: CliOf): Command {
  return new Command('ca')
    .description('Print the certificates by which clients verify instances, for sslrootcert.')
    .addHelpText(
      'after',
      '\n  $ cornac ca > cornac-ca.pem' +
        '\n  $ psql "host=<endpoint-address> user=postgres dbname=test0 sslmode=verify-full sslrootcert=cornac-ca.pem"' +
        '\n\nIt needs SECRET_KEY_FILE. Gateways serve the same at /ca.pem beside /metrics.',
    )
    .action(async (_options: unknown, command: Command) => {
      const { terminal, config } = cliOf(command);
      terminal.print((await trustBundle(config())).trimEnd());
    });
}
