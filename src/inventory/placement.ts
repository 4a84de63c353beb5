import type { Reserved } from '../model/server/facts.ts';
import { toColumns, toOperation } from './database/rows.ts';
import { listPlaced, type Placed } from './placed.ts';
import type { Holder, WhileHoldingInstance } from './while-holding.ts';

// Any number that Cornac uses for nothing else: one placement at a time.
const PLACEMENT_LOCK = 4107_2027;

/** The room that operations reserve for their instances, on hosts where the provider has hosts. */
export function createPlacement(whileHolding: WhileHoldingInstance) {
  return {
    /**
     * Stores the host that `choose` picks for the machine, unless a host is stored already: the first choice
     * stands, however many workers choose. Choices run one after another, so that each sees all earlier ones:
     * `others` are all other instances with reserved room.
     * @returns the stored host; undefined when another operation has overtaken this one
     */
    place: (ref: Holder, choose: (others: readonly Placed[]) => string): Promise<string | undefined> =>
      whileHolding(ref, async (tx, instance) => {
        const { dbiResourceId } = instance;
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${PLACEMENT_LOCK})`;
        const host = instance.host ?? choose(await listPlaced(tx, dbiResourceId));
        if (instance.host === null) {
          await tx.instance.update({ where: { dbiResourceId }, data: toColumns({ host }) });
        }
        return host;
      }),

    /**
     * Reserves room for the operation's instance as `wanted`, unless `check` throws. Runs one at a time, also
     * with `place`, so that no room is reserved twice. A reservation stays until the operation ends.
     * @returns false when another operation has overtaken this one
     */
    async reserve(
      ref: Holder,
      wanted: Reserved,
      check: (others: readonly Placed[]) => void,
    ): Promise<boolean> {
      const held = await whileHolding(ref, async (tx, { dbiResourceId }) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${PLACEMENT_LOCK})`;
        const operation = await tx.operation.findUnique({ where: { id: ref.operationId } });
        if (!operation || toOperation(operation).facts.reserved) return true;
        check(await listPlaced(tx, dbiResourceId));
        await tx.$executeRaw`
          UPDATE operation SET facts = facts || ${JSON.stringify({ reserved: wanted })}::jsonb
          WHERE id = ${ref.operationId}::uuid`;
        return true;
      });
      return held ?? false;
    },
  };
}
