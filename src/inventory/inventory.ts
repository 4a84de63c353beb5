import type { Invocation, InvocationStore } from '../model/invocation.ts';
import { type BackupUpkeep, createBackupUpkeep } from './backup-upkeep.ts';
import { findAnswer } from './calls.ts';
import { type Certificates, createCertificates } from './certificates.ts';
import type { InventoryAddress } from './database/address.ts';
import { openDatabase, openPool } from './database/client.ts';
import { createSchemaCheck } from './database/schema-version.ts';
import type { Sealer } from './database/sealer.ts';
import { createParameterGroups, type ParameterGroups } from './db-parameter-groups.ts';
import { createSnapshots, type Snapshots } from './db-snapshots.ts';
import { createSubnetGroups, type SubnetGroups } from './db-subnet-groups.ts';
import { createEngineVersions, type EngineVersions } from './engine-versions.ts';
import { type EventQuery, listEvents, type RecordedEvent } from './events.ts';
import { createHostRooms, type HostRooms } from './host-rooms.ts';
import { createIdentify } from './identity.ts';
import { createInstances, type Instances } from './instances.ts';
import { createLineages, type Lineages } from './lineages.ts';
import { createLogRequests, type LogRequests } from './log-requests.ts';
import { createOperations, type Operations } from './operations.ts';
import { createOptionGroups, type OptionGroups } from './option-groups.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createParameterUpkeep, type ParameterUpkeep } from './parameter-upkeep.ts';
import { createReplicaUpkeep, type ReplicaUpkeep } from './replica-upkeep.ts';
import { createRetainedBackups, type RetainedBackups } from './retained-backups.ts';
import { createRetention } from './retention.ts';
import { findSecret, forgetSecret, type SecretPurpose, type StoredSecret } from './secrets.ts';
import { createTags, type Tags } from './tags.ts';
import { createUpkeep, type Upkeep } from './upkeep.ts';

/** What Cornac has promised and how far it has come. This is the only access to the inventory's database. */
export interface Inventory {
  readonly instances: Instances;
  readonly operations: Operations;
  readonly outbox: Outbox;
  readonly upkeep: Upkeep;
  readonly engineVersions: EngineVersions;
  readonly hostRooms: HostRooms;
  readonly parameterGroups: ParameterGroups;
  readonly parameterUpkeep: ParameterUpkeep;
  readonly backupUpkeep: BackupUpkeep;
  readonly replicaUpkeep: ReplicaUpkeep;
  readonly snapshots: Snapshots;
  readonly retainedBackups: RetainedBackups;
  readonly lineages: Lineages;
  readonly certificates: Certificates;
  readonly subnetGroups: SubnetGroups;
  readonly optionGroups: OptionGroups;
  readonly tags: Tags;
  readonly logRequests: LogRequests;
  readonly invocations: InvocationStore;
  listEvents(query: EventQuery): Promise<RecordedEvent[]>;
  findSecret(dbiResourceId: string, purpose: SecretPurpose): Promise<StoredSecret | undefined>;
  forgetSecret(dbiResourceId: string, purpose: SecretPurpose, version: string): Promise<void>;
  /** Removes old events, answers, signatures and operations. */
  prune(now: Date): Promise<void>;
  /** The id that distinguishes this inventory from every other. */
  identify(): Promise<string>;
  /**
   * @throws when the inventory is unreachable; MigrationError where its tables are not those of this Cornac
   */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The first call opens the first connection. */
export function createInventory(address: InventoryAddress, sealer: Sealer): Inventory {
  const pool = openPool(address);
  const database = openDatabase(pool);
  const instances = createInstances({ database, pool, sealer });
  const outbox = createOutbox({ database, pool });
  const engineVersions = createEngineVersions(database);
  const parameterGroups = createParameterGroups(database, engineVersions);
  const snapshots = createSnapshots(database);
  const retainedBackups = createRetainedBackups(database);
  const subnetGroups = createSubnetGroups(database);
  const optionGroups = createOptionGroups(database, engineVersions);
  return {
    instances,
    operations: createOperations(database),
    outbox,
    upkeep: createUpkeep({ database, pool }),
    engineVersions,
    hostRooms: createHostRooms(database),
    parameterGroups,
    parameterUpkeep: createParameterUpkeep({ instances, outbox }),
    replicaUpkeep: createReplicaUpkeep({ instances, outbox }),
    backupUpkeep: createBackupUpkeep({ instances, snapshots, retainedBackups, outbox }),
    snapshots,
    retainedBackups,
    lineages: createLineages(database, sealer),
    tags: createTags({ instances, snapshots, parameterGroups, subnetGroups, optionGroups }),
    certificates: createCertificates(database),
    subnetGroups,
    optionGroups,
    logRequests: createLogRequests(pool),
    invocations: { findAnswer: (invocation: Invocation) => findAnswer(database, invocation) },
    listEvents: (query) => listEvents(database, query),
    findSecret: (id, purpose) => findSecret(database, sealer, id, purpose),
    forgetSecret: (id, purpose, version) => forgetSecret(database, id, purpose, version),
    prune: createRetention(database),
    identify: createIdentify(database),
    ping: createSchemaCheck(pool),
    close: async () => {
      await database.$disconnect();
      await pool.end();
    },
  };
}
