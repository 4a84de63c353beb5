import { Command } from 'commander';
import type { CheckResult } from '../../providers/provider.ts';
import { printCheck } from '../check-view.ts';
import type { CliOf } from '../cli.ts';
import { CliFailure } from '../failure.ts';

export function checkCommand(cliOf: CliOf): Command {
  return new Command('check')
    .description('Check everything that can be checked before the first create. Changes nothing.')
    .addHelpText(
      'after',
      '\n✓ is right, ✗ is wrong, ? is what Cornac cannot know. Exits 1 when something is wrong, 2 when settings cannot be read.',
    )
    .action(async (_options: unknown, command: Command) => {
      const { terminal, config: load } = cliOf(command);
      const config = load();
      const { checkAll } = await import('../../check/check.ts');
      const counts: Record<CheckResult['state'], number> = { right: 0, wrong: 0, unknown: 0 };
      for await (const result of checkAll(config)) {
        counts[result.state]++;
        printCheck(terminal, result);
      }
      const { right, wrong, unknown } = counts;
      terminal.info(`${right} right, ${wrong} wrong, ${unknown} unknown.`);
      if (wrong > 0) {
        throw new CliFailure(
          `${wrong} ${wrong === 1 ? 'problem' : 'problems'} would make a create fail.`,
          'Correct them from the top, then run it again.',
        );
      }
    });
}
