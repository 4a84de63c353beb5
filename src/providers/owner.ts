import { type MachineRef, ProviderError } from './provider.ts';

interface Owned {
  readonly owner?: string | undefined;
}

/**
 * Whether a machine of the right name is the one that is meant. Those made before owners were noted have none, and the
 * inventory's own is asked for before anybody knows whose it is.
 */
export function isMeant(machine: Owned, { owner }: MachineRef): boolean {
  return machine.owner === undefined || owner === undefined || machine.owner === owner;
}

/** @throws ProviderError `Conflict` when the machine was made for somebody else: its data are none of ours */
export function refuseForeign<M extends Owned>(machine: M, wanted: MachineRef): M {
  if (isMeant(machine, wanted)) return machine;
  throw new ProviderError(
    'Conflict',
    `the machine ${wanted.name} is there already, for another instance, ${machine.owner}: if its data are no longer needed, remove it by hand, else choose another identifier`,
  );
}
