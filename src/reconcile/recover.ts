import type { Call } from '../inventory/calls.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { AwsError } from '../model/errors.ts';
import { event } from '../model/event.ts';
import type { Instance } from '../model/instance.ts';
import { type Finding, shouldBeUp } from './compare.ts';

// One that failed is tried again now and then, not at every round: each try is an operation with its events.
const RETRY_FAILED_MS = 10 * 60_000;

const RECOVERABLE: readonly Finding['kind'][] = [
  'machine-missing',
  'machine-stopped',
  'postgres-down',
  'recovered',
];

/** Whether it is time: at once for an available instance, for one that failed some time after its last operation. */
const isDue = async (
  { operations }: Pick<Inventory, 'operations'>,
  kind: Finding['kind'],
  seen: Instance,
) => {
  if (seen.status !== 'failed') return true;
  // Nobody makes it anew: that would be another, empty one.
  if (kind === 'machine-missing') return false;
  const last = await operations.findLatest(seen.identifier);
  // A deletion that failed may have left half a machine: only another deletion is of use to it.
  if (last?.type === 'deleteDbInstance') return false;
  return kind === 'recovered' || !last?.closedAt || Date.now() - last.closedAt.getTime() > RETRY_FAILED_MS;
};

/**
 * Begins to recover the instances that should be up and were found down. One that has changed since it was looked at
 * is left alone, what is wrong with it then the next look will find.
 * @returns those that are being recovered
 */
export const recoverInstances = async (
  inventory: Pick<Inventory, 'instances' | 'operations'>,
  findings: readonly Finding[],
  call: Call,
): Promise<Instance[]> => {
  const begun: Instance[] = [];
  for (const finding of findings) {
    if (!('instance' in finding) || !RECOVERABLE.includes(finding.kind)) continue;
    const seen = finding.instance;
    if (!(await isDue(inventory, finding.kind, seen))) continue;
    const { dbiResourceId } = seen;
    // The list gives the very same object for a row that nobody has written to.
    const [now] = await inventory.instances.list({ dbiResourceIds: [dbiResourceId] });
    if (now !== seen) continue;
    try {
      await inventory.instances.change({ dbiResourceId }, call, (instance) => {
        if (!shouldBeUp(instance)) return {};
        begun.push(seen);
        return { operation: { type: 'recoverDbInstance' }, events: [event('RDS-EVENT-0020')] };
      });
    } catch (error) {
      // Deleted, or taken by another operation, since it was looked at.
      if (!(error instanceof AwsError)) throw error;
    }
  }
  return begun;
};
