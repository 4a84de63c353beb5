import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Action, ActionContext } from '../../../src/api/action.ts';
import { deriveAuthority } from '../../../src/authority/authority.ts';
import type { Config } from '../../../src/config/config.ts';
import { createSealer } from '../../../src/inventory/database/sealer.ts';
import { createInventory, type Inventory } from '../../../src/inventory/inventory.ts';
import { type CaCertificate, GENERATIONS } from '../../../src/model/certificate/certificate.ts';
import type { Status } from '../../../src/model/db-instance/status.ts';
import type { Invocation } from '../../../src/model/invocation.ts';
import { modificationOf } from '../../../src/model/operation/input.ts';
import { type Operation, operationRef } from '../../../src/model/operation/operation.ts';
import type { Owner } from '../../../src/model/owner.ts';
import { describeAuthorities } from '../../../src/processes/trust-bundle.ts';
import { startPostgres } from '../postgres.ts';

/** The settings that actions read. */
export const config = {
  regions: ['local', 'eu-west-1'],
  accountId: '123456789012',
  machinePrefix: 'cornac-',
  backupRepository: '/backups',
} as unknown as Config;

/** The owner of the resources in the answer to a request that is signed for the region. */
export function ownerIn(region: string): Owner {
  return { region, regions: config.regions, accountId: config.accountId };
}

/** The smallest input of CreateDBInstance: that of the walk-through. */
export const WALK_THROUGH = {
  DBInstanceIdentifier: 'test0',
  DBInstanceClass: 'db.t2.micro',
  Engine: 'postgres',
  AllocatedStorage: 5,
  MasterUsername: 'postgres',
  MasterUserPassword: 'C0nfidentiel',
};

export const CERTIFICATES: readonly CaCertificate[] = describeAuthorities(
  GENERATIONS.map((generation) => deriveAuthority(Buffer.alloc(32, 7), generation)),
);

export interface TestApi {
  readonly inventory: Inventory;
  readonly databaseUrl: string;
  /**
   * Runs an action on an input in the form that the decoder returns. The request is signed for the region, by
   * default for the first one.
   */
  call<Output = object>(
    action: Action,
    input: object,
    invocation?: Invocation,
    region?: string,
  ): Promise<Output>;
  /** The operation that holds the instance. */
  findOperation(identifier: string): Promise<Operation | undefined>;
  /** Ends the operation that holds the instance, as its workflow would. */
  finish(identifier: string, status?: Status): Promise<void>;
  close(): Promise<void>;
}

/** A fresh inventory in a real PostgreSQL, and actions that run on it. */
export async function startTestApi(
  versions: readonly string[] = ['15.18', '14.23', '15.4'],
): Promise<TestApi> {
  const postgres = await startPostgres();
  const databaseUrl = await postgres.createInventoryDatabase();
  const inventory = createInventory(databaseUrl, createSealer(randomBytes(32)));
  await inventory.engineVersions.replace(versions);
  const log = pino({ level: 'silent' });

  const findOperation = async (identifier: string) => {
    const instance = await inventory.instances.find({ identifier });
    return instance?.operationId ? inventory.operations.find(instance.operationId) : undefined;
  };
  return {
    inventory,
    databaseUrl,
    findOperation,
    async call<Output>(action: Action, input: object, invocation?: Invocation, region = 'local') {
      const requestId = randomUUID();
      const context: ActionContext = {
        config,
        inventory,
        certificates: CERTIFICATES,
        log,
        requestId,
        accessKeyId: 'AKIATEST',
        owner: ownerIn(region),
        invocation,
      };
      return (await action.run(input, context)) as Output;
    },
    async finish(identifier, status = 'available') {
      const operation = await findOperation(identifier);
      if (!operation) throw new Error(`${identifier} has no operation`);
      const ref = operationRef(operation);
      const patch = { address: '127.9.9.9', availableAt: new Date(), ...modified(operation) };
      await inventory.operations.succeed(ref, { status, patch });
    },
    async close() {
      await inventory.close();
      await postgres.stop();
    },
  };
}

function modified(operation: Operation) {
  const { masterPassword: _, ...columns } = modificationOf(operation) ?? {};
  return columns;
}
