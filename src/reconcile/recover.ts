import type { Call } from '../inventory/calls.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { LatestOperation } from '../inventory/outbox.ts';
import { AwsError } from '../model/errors.ts';
import { event } from '../model/event.ts';
import type { Instance } from '../model/instance.ts';
import { type Finding, shouldBeUp } from './compare.ts';
import { findUnchanged } from './unchanged.ts';

// One that failed is tried again now and then, not at every round: each try is an operation with its events.
const RETRY_FAILED_MS = 10 * 60_000;

const RECOVERABLE: readonly Finding['kind'][] = ['machine-stopped', 'postgres-down', 'recovered'];

/**
 * Whether it is time: at once for an available instance, for one that failed, or found no room to start in, some time
 * after its last operation.
 */
const isDue = (kind: Finding['kind'], { status }: Instance, last: LatestOperation | undefined): boolean => {
  if (status === 'available' || (status === 'storage-full' && last?.state !== 'failed')) return true;
  // A deletion that failed may have left half a machine: only another deletion is of use to it.
  if (last?.type === 'deleteDbInstance') return false;
  return kind === 'recovered' || !last?.closedAt || Date.now() - last.closedAt.getTime() > RETRY_FAILED_MS;
};

/**
 * Begins to recover the instances that should be up and were found down: no more at once than there is room for among
 * Cornac's own operations. Available ones come first, then those whose last try was longest ago, so that none waits for
 * ever. One that has changed since it was looked at is left alone; what is wrong with it the next look will find.
 * @returns those that are being recovered
 */
export const recoverInstances = async (
  inventory: Pick<Inventory, 'instances' | 'outbox'>,
  findings: readonly Finding[],
  call: Call,
): Promise<Instance[]> => {
  const candidates = findings.flatMap((finding) =>
    'instance' in finding && RECOVERABLE.includes(finding.kind)
      ? [{ kind: finding.kind, seen: finding.instance }]
      : [],
  );
  if (candidates.length === 0) return [];
  const latest = await inventory.outbox.findLatest(candidates.map(({ seen }) => seen.dbiResourceId));
  const lastTry = ({ dbiResourceId, status }: Instance): number =>
    status === 'available' ? 0 : (latest.get(dbiResourceId)?.closedAt?.getTime() ?? 1);
  const due = candidates
    .filter(({ kind, seen }) => isDue(kind, seen, latest.get(seen.dbiResourceId)))
    .map(({ seen }) => seen)
    .sort((a, b) => lastTry(a) - lastTry(b));

  const room = await inventory.outbox.findRoomToBegin();
  const begun: Instance[] = [];
  for (const seen of await findUnchanged(inventory, due)) {
    if (begun.length >= room) break;
    try {
      await inventory.instances.change({ dbiResourceId: seen.dbiResourceId }, call, (instance) => {
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
