import { CLONING, HIDDEN } from './connection.ts';
import type { Context } from './context.ts';
import { type Found, isKnown, look, mayBeCloning, readMachine } from './look-up.ts';
import { readAgainWhenOneGoes } from './read-again.ts';
import { search } from './search.ts';
import { isUnreachable, type UnreachableMachine } from './unreachable.ts';
import { isFault } from './vim/fault.ts';
import { readAll } from './vim/properties.ts';
import type { Ref } from './vim/schema.ts';
import { interpret, machineShape, type VirtualMachine } from './virtual-machine.ts';

/** Cornac's machines, as far as the account can list them. */
export interface Listed {
  /** "Away": machines that vCenter cannot read, that are being cloned, or that the account no longer sees. */
  readonly machines: readonly (VirtualMachine | UnreachableMachine)[];
  /** Machines that the account may not see; their owner is unknown. */
  readonly hidden: readonly Ref[];
}

/** All machines in the datacenter whose name satisfies `isOurs`. */
export async function listOurs(context: Context, isOurs: (name: string) => boolean): Promise<Listed> {
  const { vim, places } = context;
  const root = await places.getDatacenter();
  return readAgainWhenOneGoes(async () => {
    const { named, hidden } = await search(context, root);
    const refs = named.filter(({ name }) => isOurs(name)).map(({ ref }) => ref);
    const found = await readAll(vim, 'VirtualMachine', refs, machineShape);
    const machines = await Promise.all(
      found.map(async ({ ref, properties }) => {
        const machine = interpret(context, ref, properties);
        if (!isUnreachable(machine) || !mayBeCloning(context, machine)) return machine;
        const again = await look(context, ref);
        return again === 'cloning' ? { ...machine, connection: CLONING } : again;
      }),
    );
    const seen = new Set(named.map(({ ref }) => ref.value));
    const missed = [...context.known].filter(([name, { value }]) => isOurs(name) && !seen.has(value));
    const others = await Promise.all(missed.map(([name, ref]) => readMissed(context, name, ref)));
    return {
      machines: [...machines, ...others].filter((machine) => typeof machine === 'object'),
      hidden: hidden.filter((ref) => !isKnown(context, ref)),
    };
  });
}

/** A known machine that is missing from the list: deleted, or only hidden. */
async function readMissed(context: Context, name: string, ref: Ref): Promise<Found | UnreachableMachine> {
  const found = await readMachine(context, ref).catch((error): UnreachableMachine => {
    if (!isFault(error, 'NoPermission')) throw error;
    return { isUnreachable: true, ref, name, isOn: false, connection: HIDDEN, host: undefined };
  });
  if (!found && context.known.get(name) === ref) context.known.delete(name);
  return found;
}
