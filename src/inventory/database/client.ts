import { Socket } from 'node:net';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/client.ts';
import { connectionTo, type InventoryAddress } from './address.ts';
import { ScramClient } from './scram-client.ts';

/** The inventory's database through Prisma: outside this folder nobody sees it. */
export type Database = PrismaClient;

/** What runs inside a transaction. */
export type Transaction = Parameters<Parameters<Database['$transaction']>[0]>[0];

// The server ends what takes longer than a minute. One that is gone without a word would be waited for until TCP gives
// up, a quarter of an hour, and everything that holds a connection would hang as long.
const SILENCE_MS = 70_000;

/** A socket that ends when nothing has come for so long: its connection is of no use then, whatever it was doing. */
function impatientSocket(silenceMs: number): Socket {
  const socket = new Socket();
  socket.setTimeout(silenceMs, () => socket.destroy(new Error('Connection terminated: no answer in time')));
  return socket;
}

const READ_ONLY = '25006';

// A worker that is lost in the middle of a transaction must not keep others from an instance for hours.
const LIMITS = `SELECT set_config('idle_in_transaction_session_timeout', '30s', false),
  set_config('lock_timeout', '15s', false), set_config('statement_timeout', '60s', false),
  pg_is_in_recovery() AS "isStandby"`;

/**
 * Sets a new connection up. After a failover an address may lead to a standby for some seconds: a connection that is kept
 * would be to that server for ever, and fail every change. @throws as a server that is read-only
 */
async function prepare(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ isStandby: boolean }>(LIMITS);
  if (rows[0]?.isStandby) {
    throw Object.assign(new Error('the inventory is a standby'), { code: READ_ONLY });
  }
}

/** A pool of connections, lazily: nothing is tried before the first query. */
export function openPool(inventory: InventoryAddress, silenceMs = SILENCE_MS): pg.Pool {
  const pool = new pg.Pool({
    Client: ScramClient,
    ...connectionTo(inventory),
    stream: () => impatientSocket(silenceMs),
    application_name: 'cornac',
    connectionTimeoutMillis: 5_000,
    max: 5,
    // Not by parameters of the start: PgBouncer refuses those.
    onConnect: prepare,
  });
  // An idle connection that is lost is no error: the next query opens another.
  pool.on('error', () => {});
  return pool;
}

/** Prisma on a pool. Who closes it closes the pool himself, after it. */
export function openDatabase(pool: pg.Pool): Database {
  return new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: 10_000, timeout: 30_000 },
  });
}

// PostgreSQL's classes 08 (connection), 53 (resources), 57 (operator intervention), its 55P03 (no lock in time), its 25006
// (read-only: a standby, or a server that was demoted by a failover), its 40001 and 40P01 (another transaction was in the
// way, or a deadlock), its class 58 (its disk cannot be read or written), its 42P01 and 42703 (a table or a column is
// missing, because the inventory is not migrated to this version yet: `cornac migratedb`), and what sockets say.
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
  'P2034', // another transaction was in the way, or a deadlock
]);

// What the adapter says where Prisma has no code of its own, as for raw queries.
const UNAVAILABLE_KINDS = new Set([
  'ColumnNotFound',
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TableDoesNotExist',
  'TooManyConnections',
  'TransactionWriteConflict',
]);

// A file system that the kernel has made read-only has the code of a missing privilege, 42501: errcode_for_file_access().
const UNAVAILABLE_MESSAGE =
  /Connection terminated|is not queryable|timeout exceeded when trying to connect|: Read-only file system/i;

/** Whether the error says that the inventory cannot be asked now, and not that the question was wrong. */
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
