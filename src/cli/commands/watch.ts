import { Command } from 'commander';
import type { CliOf } from '../cli.ts';
import { CliFailure } from '../failure.ts';
import { createStepsView } from '../steps-view.ts';
import { watchOperation } from '../watch-operation.ts';
import { workWithoutOperation } from '../work-without-operation.ts';

const REASON_MS = 5_000;

/** The failure of the command where an operation did not succeed. */
export function endOf(identifier: string, status: string, reason: string | undefined): CliFailure {
  const end = `The operation on ${identifier} ended ${status.toLowerCase()}`;
  return new CliFailure(
    reason === undefined ? `${end}.` : `${end}: ${reason}`,
    '`aws rds describe-events` and the workflow in the Web UI have details.',
  );
}

export function watchCommand(cliOf: CliOf): Command {
  return new Command('watch')
    .description(
      'Show the steps of the operation on a DB instance until it ends, or the steps of its last operation.',
    )
    .argument('<IDENTIFIER>', 'the DB instance')
    .addHelpText('after', '\n  $ cornac watch test0\n\nExits 1 when the operation does not succeed.')
    .action(async (identifier: string, _options: unknown, command: Command) => {
      const { terminal, config: load } = cliOf(command);
      const config = load();
      const { openInventory } = await import('../../processes/open-inventory.ts');
      const { createTemporalClient } = await import('../../temporal/connection.ts');
      const { readRunFailure } = await import('../../temporal/run-failure.ts');
      const inventory = await openInventory(config);
      const temporal = await createTemporalClient(config.temporal);
      try {
        const instance = await inventory.instances.find({ identifier: identifier.toLowerCase() });
        if (instance === undefined) {
          throw new CliFailure(`DB instance ${identifier} not found.`, '`cornac inspect` lists all of them.');
        }
        const { dbiResourceId, operationId } = instance;
        const view = createStepsView(terminal);
        const operation = operationId === null ? undefined : await inventory.operations.find(operationId);
        const work = operation ? undefined : workWithoutOperation(instance, new Date());
        if (work !== undefined) {
          terminal.info(work);
          return;
        }
        const { ui, namespace, taskQueue } = config.temporal;
        // The end is known. A Temporal that stops answering now takes only the reason from the message.
        const reasonOf = (runId: string) => {
          const handle = temporal.workflow.getHandle(dbiResourceId, runId, { followRuns: false });
          return temporal
            .withDeadline(Date.now() + REASON_MS, () => readRunFailure(handle))
            .catch(() => undefined);
        };
        const run = await watchOperation({
          temporal,
          dbiResourceId,
          operation,
          taskQueue,
          isOpen: async () =>
            operation !== undefined && (await inventory.operations.find(operation.id))?.closedAt === null,
          onStart: (runId) => {
            if (!operation) terminal.info(`No operation on ${identifier} is under way. Its last one:`);
            terminal.info(`${ui}/namespaces/${namespace}/workflows/${dbiResourceId}/${runId}`);
          },
          onSteps: view.update,
        });
        if (run === undefined) {
          terminal.info(`Temporal has no operation on ${identifier}.`);
        } else if (run.status !== 'COMPLETED') {
          throw endOf(
            identifier,
            run.status,
            run.status === 'FAILED' ? await reasonOf(run.runId) : undefined,
          );
        }
      } finally {
        await inventory.close();
        await temporal.connection.close();
      }
    });
}
