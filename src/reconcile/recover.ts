import type { Call } from '../inventory/calls.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { LatestOperation } from '../inventory/outbox.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { type EventText, event } from '../model/event.ts';
import { isGoneOrBusy } from '../model/gone.ts';
import { rulesOf } from '../model/operation/operation-types.ts';
import { mayResume } from '../model/server/pause.ts';
import { type Finding, shouldBeUp } from './compare.ts';
import { findUnchanged } from './unchanged.ts';

// A failed instance is retried now and then, not in every round, because each attempt is an operation with
// events.
const RETRY_FAILED_MS = 10 * 60_000;

const RECOVERABLE: readonly Finding['kind'][] = ['machine-stopped', 'postgres-down', 'recovered'];

function isRecoverable(finding: Finding): boolean {
  return (
    RECOVERABLE.includes(finding.kind) || (finding.kind === 'machine-paused' && mayResume(finding.pause))
  );
}

/** A machine that waits for room in its host's storage resumes as soon as there is some. */
function isWaitingForRoom(finding: Finding): boolean {
  return finding.kind === 'machine-paused' && finding.pause.reason === 'storage-full';
}

function beginning(finding: Finding): EventText[] {
  return [
    event('RDS-EVENT-0020'),
    ...(isWaitingForRoom(finding)
      ? [
          event(
            'CORNAC-EVENT-NOTE',
            'the storage of its host is full; it resumes when the storage has room again',
          ),
        ]
      : []),
  ];
}

/**
 * Whether the recovery is due: at once for an available instance; some time after the last operation for an
 * instance that failed, or that found no room to start in.
 */
export function isDue(finding: Finding, { status }: Instance, last: LatestOperation | undefined): boolean {
  if (status === 'available' || status === 'incompatible-parameters') return true;
  if (status === 'storage-full' && last?.state !== 'failed') return true;
  // A failed deletion may have left half a machine. Only another deletion helps.
  if (last && rulesOf(last.type).leaves === 'nothing') return false;
  if (finding.kind === 'recovered' || isWaitingForRoom(finding)) return true;
  return !last?.closedAt || Date.now() - last.closedAt.getTime() > RETRY_FAILED_MS;
}

/**
 * Begins to recover the instances that should be up and were found down, at most as many as Cornac's own
 * operations have room for. Available instances come first, then those whose last attempt is longest ago, so
 * that none waits for ever. An instance that has changed since the look is left alone; the next look finds
 * what is wrong with it.
 * @returns the instances whose recovery has begun
 */
export async function recoverInstances(
  inventory: Pick<Inventory, 'instances' | 'outbox'>,
  findings: readonly Finding[],
  call: Call,
): Promise<Instance[]> {
  const candidates = findings.flatMap((finding) =>
    'instance' in finding && isRecoverable(finding) ? [{ finding, seen: finding.instance }] : [],
  );
  if (candidates.length === 0) return [];
  const latest = await inventory.outbox.findLatest(candidates.map(({ seen }) => seen.dbiResourceId));
  const lastTry = ({ dbiResourceId, status }: Instance): number =>
    status === 'available' ? 0 : (latest.get(dbiResourceId)?.closedAt?.getTime() ?? 1);
  const due = candidates
    .filter(({ finding, seen }) => isDue(finding, seen, latest.get(seen.dbiResourceId)))
    .map(({ seen }) => seen)
    .sort((a, b) => lastTry(a) - lastTry(b));

  const room = await inventory.outbox.findRoomToBegin();
  const found = new Map(candidates.map(({ finding, seen }) => [seen, finding]));
  const begun: Instance[] = [];
  for (const seen of await findUnchanged(inventory, due)) {
    if (begun.length >= room) break;
    try {
      const { change } = await inventory.instances.change(
        { dbiResourceId: seen.dbiResourceId },
        call,
        (instance) => {
          const finding = found.get(seen);
          if (!shouldBeUp(instance) || !finding) return {};
          return { operation: { type: 'recoverDbInstance' }, events: beginning(finding) };
        },
      );
      if (change.operation) begun.push(seen);
    } catch (error) {
      if (!isGoneOrBusy(error)) throw error;
    }
  }
  return begun;
}
