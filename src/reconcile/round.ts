import type { Call } from '../inventory/calls.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import type { Finding } from './compare.ts';
import { explainHeldBack, withoutHeldBack } from './held-back.ts';
import { settleLost } from './lost.ts';
import { noteMoves } from './move.ts';
import { recoverInstances } from './recover.ts';
import type { Place } from './server-status.ts';
import { survey } from './survey.ts';

export interface RoundOptions {
  /** The call to which the changes belong. */
  readonly call: Call;
  /** Aborted to end the survey early. Instances without a look are left alone. */
  readonly signal?: AbortSignal;
  /**
   * Called with the reason when this round is the first that is held back, with null when it is the first
   * that no longer is.
   */
  readonly onHeldBack?: (reason: string | null) => void;
  /** Whether a person has declared that what is missing is gone for good. */
  readonly acceptLosses?: boolean;
}

export interface RoundResult {
  readonly findings: readonly Finding[];
  /** Instances whose recovery has begun. */
  readonly begun: readonly Instance[];
}

/**
 * One round over all instances: looks at machines and servers, writes moved hosts, settles lost and returned
 * instances, begins to recover instances that are down, and stores the result for the metrics.
 */
export async function reconcileInstances(
  inventory: Pick<Inventory, 'instances' | 'outbox' | 'upkeep'>,
  place: Place,
  { call, signal, onHeldBack, acceptLosses = false }: RoundOptions,
): Promise<RoundResult> {
  const findings = await survey(inventory, place, signal);
  const heldBack = acceptLosses ? null : explainHeldBack(findings);
  const toDo = acceptLosses ? findings : withoutHeldBack(findings);
  await noteMoves(inventory, toDo, call);
  const settled = await settleLost(inventory, toDo);
  const rest = toDo.filter((each) => !('instance' in each && settled.has(each.instance.dbiResourceId)));
  const begun = await recoverInstances(inventory, rest, call);
  const missing = findings.filter(({ kind }) => kind === 'machine-missing').length;
  const isNews = await inventory.upkeep.record({ endedAt: new Date(), missing, heldBack });
  if (isNews) onHeldBack?.(heldBack);
  return { findings, begun };
}
