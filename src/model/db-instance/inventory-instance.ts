import { invalidDBInstanceState, invalidParameterValue } from '../errors.ts';

/** The instance that holds the inventory, made by `cornac bootstrap` and listed in itself. */
export const INVENTORY_IDENTIFIER = 'cornac';

/** @throws invalidParameterValue when a new instance is to have the inventory's name */
export function refuseInventoryName(identifier: string): void {
  if (identifier.toLowerCase() !== INVENTORY_IDENTIFIER) return;
  throw invalidParameterValue(
    `The name ${INVENTORY_IDENTIFIER} is kept for the instance that holds the inventory.`,
  );
}

/**
 * Refuses what would leave Cornac without its own memory, or locked out of it.
 * @param done what was asked for, as in "cannot be …"
 * @throws invalidDBInstanceState
 */
export function refuseOnInventory(identifier: string, done: string): void {
  if (identifier !== INVENTORY_IDENTIFIER) return;
  throw invalidDBInstanceState(`Instance ${identifier} holds Cornac's own inventory and cannot be ${done}.`);
}
