import type { Config } from '../config/config.ts';
import type { Inventory } from '../inventory/inventory.ts';

/** What actions work with. Given once to `createApp`; every action finds it in its context. */
export interface Deps {
  readonly config: Config;
  readonly inventory: Inventory;
}
