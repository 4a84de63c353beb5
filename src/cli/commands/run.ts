import { Command } from 'commander';
import type { CliOf } from '../cli.ts';
import { portNumber } from '../number-option.ts';
import { serveGateway } from '../serve-gateway.ts';

export function runCommand(cliOf: CliOf): Command {
  return new Command('run')
    .description('Answer RDS requests on localhost:5000, or at LISTEN.')
    .option('--host <HOST>', 'address to listen on')
    .option('--port <PORT>', 'port to listen on', portNumber)
    .action(({ host, port }: { host?: string; port?: number }, command: Command) =>
      serveGateway(cliOf(command), { ...(host && { host }), ...(port !== undefined && { port }) }),
    );
}
