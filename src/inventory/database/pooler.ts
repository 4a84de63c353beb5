import { Socket } from 'node:net';
import type pg from 'pg';
import { ConfigError } from '../../config/config-error.ts';
import { hasCode } from '../../system/has-code.ts';
import { connectionTo, type InventoryAddress } from './address.ts';
import { ScramClient } from './scram-client.ts';

const ANSWER_MS = 5_000;
/** In a busy pool another client may have the server process at the decisive moment. */
const TRIES = 3;

const PARAMETER = /unsupported startup parameter(?: in options)?: (\S+)/;

async function open(inventory: InventoryAddress) {
  const socket = new Socket();
  const client = new ScramClient({
    ...connectionTo(inventory),
    stream: () => socket,
    application_name: 'cornac check',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
  }
  const close = async () => {
    const ended = client.end().catch(() => {});
    const timer = setTimeout(() => socket.destroy(), ANSWER_MS);
    await ended;
    clearTimeout(timer);
  };
  return { client, close };
}

async function backendOf(client: pg.Client): Promise<number> {
  return (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? 0;
}

/**
 * PgBouncer's answer to BEGIN where it lends connections per statement. PostgreSQL never answers BEGIN with
 * it.
 */
const PROTOCOL_VIOLATION = '08P01';

type Unit = 'statement' | 'transaction';

/** Begins a transaction; returns false where the pooler allows none. */
async function begin(client: pg.Client): Promise<boolean> {
  try {
    await client.query('BEGIN');
    return true;
  } catch (error) {
    if (hasCode(error, PROTOCOL_VIOLATION)) return false;
    throw error;
  }
}

/**
 * How long a pooler lends a server process to one client: two clients of a shared pool meet the same process.
 * Undefined where each client keeps its own.
 */
async function findLendingUnit(inventory: InventoryAddress, first: pg.Client): Promise<Unit | undefined> {
  const before = await backendOf(first);
  // The process id from the connection's start is true only where no pooler stands in between.
  if (before === first.processID) return undefined;
  const second = await open(inventory);
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const seen = await backendOf(first);
      if (!(await begin(second.client))) return 'statement';
      const other = await backendOf(second.client);
      const again = await backendOf(first);
      await second.client.query('COMMIT');
      if (other === seen || again !== seen) return 'transaction';
    }
    return undefined;
  } finally {
    await second.close();
  }
}

/**
 * Checks that a pooler such as PgBouncer in front of the inventory is usable. Cornac's connections have
 * settings, prepared statements and notifications of their own, so each needs a server process for itself.
 * @throws ConfigError where the pooler is not usable; errors of PostgreSQL or the connection as they are
 */
export async function checkPooler(inventory: InventoryAddress): Promise<void> {
  const { client, close } = await open(inventory).catch((error) => {
    const [, parameter] = PARAMETER.exec(String(error?.message)) ?? [];
    if (parameter === undefined) throw error;
    throw new ConfigError([
      `DATABASE_URL: the pooler before the inventory refuses the parameter ${parameter}; expected a URL without it, or ignore_startup_parameters = ${parameter} in PgBouncer`,
    ]);
  });
  try {
    const unit = await findLendingUnit(inventory, client);
    if (unit !== undefined) {
      throw new ConfigError([
        `DATABASE_URL: the pooler before the inventory lends connections by the ${unit}; expected pool_mode = session in PgBouncer, or the address of PostgreSQL itself`,
      ]);
    }
  } finally {
    await close();
  }
}
