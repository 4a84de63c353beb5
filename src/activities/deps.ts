import type { Client } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import type { Guest } from '../guest/guest.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Provider } from '../providers/provider.ts';

/** The dependencies of activities, made once by the worker. */
export interface ActivityDeps {
  readonly config: Config;
  readonly inventory: Inventory;
  readonly provider: Provider;
  readonly guest: Guest;
  /** To find out whether the workflow of an operation still exists. */
  readonly temporal: Client;
}
