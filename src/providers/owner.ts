import { type MachineRef, ProviderError } from './provider.ts';

interface Owned {
  readonly owner?: string | undefined;
}

/**
 * Whether a machine of the right name has the owner that `MachineRef` names. True where either has no owner:
 * machines of older versions have none, and the inventory's machine is looked for before its owner is known.
 */
export function isOwnedBy(machine: Owned, { owner }: MachineRef): boolean {
  return machine.owner === undefined || owner === undefined || machine.owner === owner;
}

/** @throws ProviderError `Conflict` when the machine, and so its data, has another owner */
export function requireOwner<M extends Owned>(machine: M, wanted: MachineRef): M {
  if (isOwnedBy(machine, wanted)) return machine;
  throw new ProviderError(
    'Conflict',
    `the machine ${wanted.name} already exists and belongs to another instance, ${machine.owner}: remove it by hand if its data are no longer needed, or choose another identifier`,
  );
}
