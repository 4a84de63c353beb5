import type { InventorySpec } from '../../src/activities/bootstrap.ts';
import type { World } from './world.ts';

/**
 * The input of `cornac bootstrap`. The world's own inventory has every part of it, so every step finds its
 * effect.
 */
export function inventorySpec({ engineVersion, provider }: World, machine = 'cornac-cornac'): InventorySpec {
  return {
    dbiResourceId: 'db-RECORDED',
    keepVersion: true,
    ...(provider.hosts.length > 0 && { needsHost: true }),
    instance: {
      identifier: 'cornac',
      dbInstanceClass: 'db.t2.micro',
      engineVersion,
      allocatedStorage: 5,
      masterUsername: 'cornac',
      dbName: 'cornac',
      port: 5432,
      machine,
    },
  };
}
