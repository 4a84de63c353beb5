import type { Client } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import type { Guest } from '../guest/guest.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Provider } from '../providers/provider.ts';

/** What activities work with: made once by the worker. */
export interface ActivityDeps {
  readonly config: Config;
  readonly inventory: Inventory;
  readonly provider: Provider;
  readonly guest: Guest;
  /** To see whether the workflow of an operation is still there. */
  readonly temporal: Client;
}
