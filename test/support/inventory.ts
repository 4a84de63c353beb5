import { randomBytes } from 'node:crypto';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory, type Inventory } from '../../src/inventory/inventory.ts';
import { newDbiResourceId } from '../../src/inventory/new-id.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import type { NewOperation } from '../../src/model/operation/input.ts';
import type { OperationRef } from '../../src/model/operation/operation.ts';
import type { OperationType } from '../../src/model/operation/operation-types.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

export const CALL = { requestId: 'test' };
export const VERIFIER = 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy';

/** An instance in the state that CreateDBInstance writes. */
export function newInstance(identifier: string, members: Partial<Instance> = {}): Instance {
  return {
    dbiResourceId: newDbiResourceId(),
    identifier,
    status: 'creating',
    operationId: null,
    dbInstanceClass: 'db.t2.micro',
    engineVersion: '15.18',
    allocatedStorage: 5,
    masterUsername: 'postgres',
    dbName: identifier,
    port: 5432,
    machine: `cornac-${identifier}`,
    host: null,
    address: null,
    deletionProtection: false,
    caCertificateIdentifier: 'rds-ca-rsa2048-g1',
    preferredMaintenanceWindow: 'mon:01:00-mon:01:30',
    settings: {
      storageType: 'gp3',
      autoMinorVersionUpgrade: true,
      copyTagsToSnapshot: false,
      publiclyAccessible: false,
      preferredBackupWindow: '00:00-00:30',
      vpcSecurityGroupIds: [],
    },
    pending: {},
    tags: [],
    createdAt: new Date('2026-11-23T12:00:00.123Z'),
    availableAt: null,
    ...members,
  };
}

export interface TestInventory {
  readonly postgres: TestPostgres;
  readonly inventory: Inventory;
  readonly databaseUrl: string;
  /** A new instance that was created and is available. */
  createAvailable(identifier: string): Promise<Instance>;
  /** Begins an operation as an API call does. Returns its reference for workflows. */
  begin(identifier: string, type: OperationType<'db-instance'>): Promise<OperationRef>;
  close(): Promise<void>;
}

/** A minimal operation of this type. */
export function operationOf(type: OperationType<'db-instance'>): NewOperation<OperationType<'db-instance'>> {
  if (type === 'restoreDbInstance') return { type, input: { snapshot: { id: 'snap-A', identifier: 'a' } } };
  if (type === 'promoteReadReplica') return { type, input: {} };
  return type === 'modifyDbInstance' ? { type, input: { modification: {} } } : { type };
}

/** The reference of the operation that holds the instance. */
export function refOf({ operationId, dbiResourceId }: Instance): OperationRef {
  if (operationId === null) throw new Error(`${dbiResourceId} is held by no operation`);
  return { operationId, dbiResourceId };
}

/** A fresh inventory in a PostgreSQL of its own. */
export async function startTestInventory(): Promise<TestInventory> {
  const postgres = await startPostgres();
  const databaseUrl = await postgres.createInventoryDatabase();
  const inventory = createInventory(databaseUrl, createSealer(randomBytes(32)));
  const { instances, operations } = inventory;
  return {
    postgres,
    inventory,
    databaseUrl,
    async createAvailable(identifier) {
      const created = await instances.create(newInstance(identifier), VERIFIER, CALL);
      await operations.succeed(refOf(created), { status: 'available', patch: { availableAt: new Date() } });
      const instance = await instances.find({ identifier });
      if (!instance) throw new Error(`${identifier} is not there`);
      return instance;
    },
    begin: async (identifier, type) =>
      refOf(
        (await instances.change({ identifier }, CALL, () => ({ operation: operationOf(type) }))).instance,
      ),
    async close() {
      await inventory.close();
      await postgres.stop();
    },
  };
}
