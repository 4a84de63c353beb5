import type { DBInstance } from '@aws-sdk/client-rds';

/** Names of the instances that clients work on. */
export const slots = ['chaos-a', 'chaos-b', 'chaos-c', 'chaos-d', 'chaos-e', 'chaos-f'] as const;

/** Instances that are not deleted before the end: their rows have to survive the whole run. */
export const lasting: readonly string[] = ['chaos-a', 'chaos-d'];

/** The present knowledge about the instances, from all calls. */
export interface Fleet {
  /** By DbiResourceId, in the order in which they were first seen. */
  readonly instances: ReadonlyMap<string, DBInstance>;
  /** Every address that an instance has ever had. */
  readonly addresses: ReadonlySet<string>;
  /** Takes an answer that lists all instances. */
  see(instances: readonly DBInstance[]): void;
  /** Marks an instance whose deletion was acknowledged or is possible: writers no longer need to reach it. */
  forget(resource: string): void;
  isForgotten(resource: string): boolean;
}

export function createFleet(): Fleet {
  const instances = new Map<string, DBInstance>();
  const forgotten = new Set<string>();
  const addresses = new Set<string>();
  return {
    instances,
    addresses,
    see(seen) {
      const ours = seen.filter(({ DBInstanceIdentifier }) =>
        slots.some((slot) => slot === DBInstanceIdentifier),
      );
      const resources = new Set(ours.map(({ DbiResourceId }) => DbiResourceId));
      for (const resource of instances.keys()) if (!resources.has(resource)) instances.delete(resource);
      for (const instance of ours) {
        const { DbiResourceId: resource, Endpoint } = instance;
        if (Endpoint?.Address !== undefined) addresses.add(Endpoint.Address);
        if (resource !== undefined && !forgotten.has(resource)) instances.set(resource, instance);
      }
    },
    forget(resource) {
      forgotten.add(resource);
      instances.delete(resource);
    },
    isForgotten: (resource) => forgotten.has(resource),
  };
}
