import { Socket } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/client.ts';
import { connectionTo, type InventoryAddress } from './address.ts';
import { ScramClient } from './scram-client.ts';

/** The inventory's database through Prisma. No code outside this folder sees it. */
export type Database = PrismaClient;

/** The client inside a transaction. */
export type Transaction = Parameters<Parameters<Database['$transaction']>[0]>[0];

// The server ends every statement after a minute. An unreachable server would be waited for until TCP gives
// up after a quarter of an hour, and everything that holds a connection would hang as long.
const SILENCE_MS = 70_000;

/** A socket that closes after this time without data, because its connection is then of no use. */
function socketWithTimeout(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => socket.destroy(new Error('Connection terminated: no answer in time')));
  return socket;
}

const READ_ONLY = '25006';

// A worker that is lost in the middle of a transaction must not block an instance for hours.
const LIMITS = `SELECT set_config('idle_in_transaction_session_timeout', '30s', false),
  set_config('lock_timeout', '15s', false), set_config('statement_timeout', '60s', false),
  pg_is_in_recovery() AS "isStandby"`;

/**
 * Sets a new connection up. After a failover an address may lead to a standby for some seconds. A connection
 * that is kept would stay with that server for ever, and fail every change.
 * @throws an error with the code of a read-only server
 */
async function prepare(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ isStandby: boolean }>(LIMITS);
  if (rows[0]?.isStandby) {
    // PgBouncer would keep its connection to the standby, and give it to the next client.
    await client.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => {});
    throw Object.assign(new Error('the inventory is a standby'), { code: READ_ONLY });
  }
}

/** A lazy pool of connections: the first query opens the first connection. */
export function openPool(inventory: InventoryAddress, silenceMs = SILENCE_MS): pg.Pool {
  const pool = new pg.Pool({
    Client: ScramClient,
    ...connectionTo(inventory),
    stream: () => socketWithTimeout(silenceMs),
    application_name: 'cornac',
    connectionTimeoutMillis: 5_000,
    max: 5,
    // Not as startup parameters, because PgBouncer refuses those.
    onConnect: prepare,
  });
  // The loss of an idle connection is no error, because the next query opens another.
  pool.on('error', () => {});
  return pool;
}

/** Prisma on a pool. The caller closes the pool after it has closed Prisma. */
export function openDatabase(pool: pg.Pool): Database {
  return new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: 10_000, timeout: 30_000 },
  });
}

// PostgreSQL's classes 08 (connection), 53 (resources), 57 (operator intervention) and 58 (its disk cannot be
// read or written); 55P03 (no lock in time); 25006 (read-only: a standby, or a server that a failover
// demoted); 40001 and 40P01 (conflict with another transaction, or a deadlock); 42P01 and 42703 (a table or a column
// is missing, because the inventory is not migrated to this version yet). The codes below are of sockets and Prisma.
const UNAVAILABLE_SQLSTATE = /^(?:08|53|57|58|55P03|25006|40001|40P01|42P01|42703)/;
const UNAVAILABLE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'P1001', // Prisma: cannot reach the server
  'P1002', // server timed out
  'P1008', // operation timed out
  'P1017', // server closed the connection
  'P2021', // a table is missing: not migrated yet
  'P2022', // so is a column
  'P2024', // no connection from the pool in time
  'P2028', // no transaction in time
  'P2034', // conflict with another transaction, or a deadlock
]);

// The adapter's kinds where Prisma has no code of its own, as for raw queries.
const UNAVAILABLE_KINDS = new Set([
  'ColumnNotFound',
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TableDoesNotExist',
  'TooManyConnections',
  'TransactionWriteConflict',
]);

// After the kernel has made a file system read-only, PostgreSQL reports 42501 as for a missing privilege:
// errcode_for_file_access(). A server that cannot fork for a connection answers neither yes nor no to a request for TLS.
const UNAVAILABLE_MESSAGE =
  /Connection terminated|is not queryable|error establishing an SSL connection|timeout exceeded when trying to connect|: Read-only file system/i;

/** Whether the error means that the inventory is unavailable now, and not that the query was wrong. */
export function isDatabaseUnavailable(error: unknown, depth = 0): boolean {
  if (!(error instanceof Object) || depth > 5) return false;
  const { code, originalCode, kind, cause, meta, message } = error as Record<string, unknown>;
  if (typeof kind === 'string' && UNAVAILABLE_KINDS.has(kind)) return true;
  for (const each of [code, originalCode]) {
    if (typeof each === 'string' && (UNAVAILABLE_CODES.has(each) || UNAVAILABLE_SQLSTATE.test(each))) {
      return true;
    }
  }
  if (typeof message === 'string' && UNAVAILABLE_MESSAGE.test(message)) {
    return true;
  }
  const driver = meta instanceof Object ? (meta as Record<string, unknown>).driverAdapterError : undefined;
  return isDatabaseUnavailable(cause, depth + 1) || isDatabaseUnavailable(driver, depth + 1);
}
