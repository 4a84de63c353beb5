import { invalidDBInstanceState, invalidParameterValue } from '../errors.ts';
import { firstMachineName } from '../server/machine-name.ts';

/** The instance that holds the inventory, made by `cornac bootstrap` and listed in itself. */
export const INVENTORY_IDENTIFIER = 'cornac';

/**
 * Name of the inventory's own machine. It alone is not read from a server's row, because the machine is looked for before
 * the inventory is there and while it is down. No other server gets the name: bootstrap would refuse to list it.
 */
export function inventoryMachineName(prefix: string): string {
  return firstMachineName(prefix, INVENTORY_IDENTIFIER);
}

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
