import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateDBInstanceCommand,
  type DBInstance,
  DBInstanceNotFoundFault,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import pg from 'pg';
import { anyTls } from '../support/any-tls.ts';
import type { Access } from './stack.ts';

const WAIT_MS = 180_000;
// Each look takes some milliseconds of CPU of the client, the gateway and the inventory.
const POLL_MS = 250;

/**
 * A client that retries long enough for a gateway to restart. The SDK rations the retries of a client: each
 * call that may need them gets a client of its own.
 */
export function createRds(access: Access, maxAttempts = 12): RDSClient {
  return new RDSClient({
    endpoint: access.endpoint,
    region: access.region,
    credentials: { accessKeyId: access.accessKeyId, secretAccessKey: access.secretAccessKey },
    maxAttempts,
  });
}

export async function create(
  rds: RDSClient,
  DBInstanceIdentifier: string,
  MasterUserPassword: string,
): Promise<DBInstance> {
  const { DBInstance } = await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      DBInstanceClass: 'db.t2.micro',
      Engine: 'postgres',
      AllocatedStorage: 5,
      MasterUsername: 'postgres',
      MasterUserPassword,
    }),
  );
  assert.ok(DBInstance);
  return DBInstance;
}

/** An unreachable gateway: the error after the client's own retries. */
function isAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^ECONN/.test(String(error.code));
}

/**
 * The instance, or undefined when the API answers that it does not exist. Retries while the gateway is
 * unreachable.
 */
export async function find(rds: RDSClient, DBInstanceIdentifier: string): Promise<DBInstance | undefined> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    try {
      const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
      return DBInstances[0];
    } catch (error) {
      if (error instanceof DBInstanceNotFoundFault) return undefined;
      if (!isAway(error) || Date.now() > deadline) throw error;
      await delay(POLL_MS);
    }
  }
}

/** Waits until the instance has one of these statuses. @throws when the instance fails, or at the deadline */
export async function waitFor(rds: RDSClient, id: string, ...statuses: string[]): Promise<DBInstance> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const instance = await find(rds, id);
    const status = instance?.DBInstanceStatus ?? 'not found';
    if (instance && statuses.includes(status)) return instance;
    assert.notEqual(status, 'failed', `${id} failed`);
    assert.ok(Date.now() < deadline, `${id} is still ${status}`);
    await delay(POLL_MS);
  }
}

/** Deletes the instance and waits until it is gone. */
export async function remove(rds: RDSClient, DBInstanceIdentifier: string): Promise<void> {
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }));
  const deadline = Date.now() + WAIT_MS;
  while (await find(rds, DBInstanceIdentifier)) {
    assert.ok(Date.now() < deadline, `${DBInstanceIdentifier} is still there`);
    await delay(POLL_MS);
  }
}

/** Runs SQL on the instance as its master user and returns the rows. */
export async function query(
  { Endpoint, DBName, MasterUsername }: DBInstance,
  password: string,
  sql: string,
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    host: Endpoint?.Address ?? '',
    port: Endpoint?.Port ?? 0,
    user: MasterUsername ?? '',
    database: DBName ?? '',
    ssl: anyTls,
    password,
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
