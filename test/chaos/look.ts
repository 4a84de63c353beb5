import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type DBInstance, DescribeDBInstancesCommand, paginateDescribeEvents } from '@aws-sdk/client-rds';
import type { Access } from '../acceptance/stack.ts';
import type { World } from '../support/chaos/check-operations.ts';
import type { Call, Seen, SeenServer, Told } from '../support/chaos/journal.ts';
import { passwordsOf } from '../support/chaos/passwords.ts';
import { createImpatientRds } from './api.ts';
import { slots } from './fleet.ts';
import { leave, logIn } from './log-in.ts';

/** The whole state, for the checks. */
export interface Look {
  readonly world: World;
  /** Numbers of the rows that exist, by DbiResourceId. */
  readonly rows: ReadonlyMap<string, ReadonlySet<number>>;
}

// UG USER_ListEvents: 14 days at most.
const eventsMinutes = 14 * 24 * 60;

async function lookInside(instance: DBInstance, calls: readonly Call[]) {
  const passwords = passwordsOf(calls, instance.DBInstanceIdentifier ?? '');
  const found = await logIn(instance, passwords);
  if (!found) return undefined;
  const { client, password } = found;
  try {
    const { rows } = await client.query(
      `SELECT current_setting('max_connections')::int AS "maxConnections",
              extract(epoch FROM pg_postmaster_start_time()) * 1000 AS "startedAt",
              to_regclass('chaos') IS NOT NULL AS "isWritten"`,
    );
    const [{ maxConnections, startedAt, isWritten }] = rows;
    const numbers = isWritten ? (await client.query('SELECT n FROM chaos')).rows : [];
    const server: SeenServer = { password, maxConnections, startedAt: Number(startedAt) };
    return { server, numbers: new Set(numbers.map(({ n }) => Number(n))) };
  } finally {
    leave(client);
  }
}

function toSeen(instance: DBInstance, server: SeenServer | undefined): Seen {
  return {
    identifier: instance.DBInstanceIdentifier ?? '',
    resource: instance.DbiResourceId ?? '',
    status: instance.DBInstanceStatus ?? '',
    dbInstanceClass: instance.DBInstanceClass ?? '',
    allocatedStorage: instance.AllocatedStorage ?? 0,
    tags: Object.fromEntries((instance.TagList ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    server,
  };
}

/** All instances including Cornac's inventory. @throws when the API does not answer */
export async function listInstances(access: Access): Promise<DBInstance[]> {
  const rds = createImpatientRds(access, 8);
  try {
    return (await rds.send(new DescribeDBInstancesCommand({}))).DBInstances ?? [];
  } finally {
    rds.destroy();
  }
}

async function listEvents(access: Access): Promise<Told[]> {
  const rds = createImpatientRds(access, 8);
  try {
    const told: Told[] = [];
    for await (const { Events = [] } of paginateDescribeEvents(
      { client: rds },
      { SourceType: 'db-instance', Duration: eventsMinutes },
    )) {
      for (const { SourceIdentifier = '', Date: date, Message = '' } of Events) {
        told.push({ identifier: SourceIdentifier, date: date?.getTime() ?? 0, message: Message });
      }
    }
    return told;
  } finally {
    rds.destroy();
  }
}

/**
 * Inspects API, servers and machines. Start stopped instances before: only a running server shows its rows.
 */
export async function lookAround(access: Access, stateDir: string, calls: readonly Call[]): Promise<Look> {
  const found = (await listInstances(access)).filter(
    ({ DBInstanceIdentifier }) => DBInstanceIdentifier !== 'cornac',
  );
  const rows = new Map<string, ReadonlySet<number>>();
  const instances: Seen[] = [];
  for (const instance of found) {
    const isUp = instance.DBInstanceStatus === 'available';
    const inside = isUp ? await lookInside(instance, calls).catch(() => undefined) : undefined;
    if (inside) rows.set(instance.DbiResourceId ?? '', inside.numbers);
    instances.push(toSeen(instance, inside?.server));
  }
  const machines = (await readdir(join(stateDir, 'machines'))).flatMap(
    (name) => slots.find((slot) => name === `cornac-${slot}`) ?? (name === 'cornac-cornac' ? [] : name),
  );
  return { world: { calls, events: await listEvents(access), instances, machines }, rows };
}
