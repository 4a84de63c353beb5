import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { stringify } from 'smol-toml';
import { redactConfig } from '../../config/redact.ts';
import { toSettings } from '../../config/to-settings.ts';
import type { CliOf } from '../cli.ts';

export function configCommand(cliOf: CliOf): Command {
  return new Command('config')
    .description('Show the effective settings, secrets hidden, in the form of the file.')
    .action((_options: unknown, command: Command) => {
      const { terminal, config } = cliOf(command);
      const effective = redactConfig(config());
      const there = existsSync(effective.file) ? '' : ' (does not exist)';
      terminal.print(`# ${effective.file}${there}, CORNAC_* variables and defaults`);
      terminal.print(stringify(toSettings(effective)).trimEnd());
    });
}
