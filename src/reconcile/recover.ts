import type { Call } from '../inventory/calls.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { event } from '../model/event.ts';
import type { Finding } from './compare.ts';

/**
 * Begins to recover the instances that should be up and were found down. One that an operation has taken meanwhile is
 * left to it.
 */
export const recoverInstances = async (
  { instances }: Pick<Inventory, 'instances'>,
  findings: readonly Finding[],
  call: Call,
): Promise<void> => {
  for (const finding of findings) {
    if (finding.kind === 'orphan' || finding.kind === 'machine-running') continue;
    const { dbiResourceId } = finding.instance;
    await instances.change({ dbiResourceId }, call, ({ status, operationId }) =>
      status === 'available' && operationId === null
        ? { operation: { type: 'recoverDbInstance' }, events: [event('RDS-EVENT-0020')] }
        : {},
    );
  }
};
