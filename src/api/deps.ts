import type { Config } from '../config/config.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { CaCertificate } from '../model/certificate/certificate.ts';

/** What actions work with. `createApp` gets it once; every action finds it in its context. */
export interface Deps {
  readonly config: Config;
  readonly inventory: Inventory;
  /** The authorities that may sign certificates of instances. */
  readonly certificates: readonly CaCertificate[];
}
