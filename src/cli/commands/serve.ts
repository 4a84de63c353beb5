import { Command, InvalidArgumentError } from 'commander';
import type { Address } from '../../config/config.ts';
import { settings } from '../../config/settings.ts';
import type { CliOf } from '../cli.ts';
import { serveGateway } from '../serve-gateway.ts';

export function serveCommand(cliOf: CliOf): Command {
  return new Command('serve')
    .description('Answer RDS requests, in production. The gateway keeps nothing: run several.')
    .argument('[LISTEN]', 'host:port to listen on (default: LISTEN, or localhost:5000)', readListen)
    .addHelpText('after', '\n  $ cornac serve 0.0.0.0:5000')
    .action((listen: Address | undefined, _options: unknown, command: Command) =>
      serveGateway(cliOf(command), listen),
    );
}

function readListen(value: string): Address {
  const address = settings.LISTEN.parse(value, '.');
  if (address === undefined) throw new InvalidArgumentError(`expected ${settings.LISTEN.expected}`);
  return address;
}
