import { invalidDBInstanceState, invalidParameterValue } from '../errors.ts';
import { firstMachineName } from '../server/machine-name.ts';

/**
 * The instance that holds the inventory. `cornac bootstrap` makes it and lists it in the inventory itself.
 */
export const INVENTORY_IDENTIFIER = 'cornac';

/**
 * Name of the inventory's own machine. Only this name is not read from a server's row, because the machine is
 * looked up before the inventory exists and while it is down. No other server gets the name: bootstrap would
 * refuse to list it.
 */
export function inventoryMachineName(prefix: string): string {
  return firstMachineName(prefix, INVENTORY_IDENTIFIER);
}

/** @throws invalidParameterValue when a new instance would get the inventory's name */
export function refuseInventoryName(identifier: string): void {
  if (identifier.toLowerCase() !== INVENTORY_IDENTIFIER) return;
  throw invalidParameterValue(
    `The name ${INVENTORY_IDENTIFIER} is reserved for the instance that holds the inventory.`,
  );
}

/**
 * Refuses a change that would leave Cornac without its inventory, or locked out of it.
 * @param done the requested change, as in "cannot be …"
 * @throws invalidDBInstanceState
 */
export function refuseOnInventory(identifier: string, done: string): void {
  if (identifier !== INVENTORY_IDENTIFIER) return;
  throw invalidDBInstanceState(`Instance ${identifier} holds Cornac's own inventory and cannot be ${done}.`);
}
