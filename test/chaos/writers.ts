import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { passwordsOf } from '../support/chaos/passwords.ts';
import type { Fleet } from './fleet.ts';
import type { LogBook } from './log-book.ts';
import { leave, logIn } from './log-in.ts';

/** Writers: one for each instance, as long as the instance exists. */
export interface Writers {
  /** The time of the instance's last acknowledged commit, by DbiResourceId. */
  lastCommit(resource: string): number | undefined;
  stop(): Promise<void>;
}

const rowsATransaction = 3;
const pauseMs = 100;
const waitMs = 250;

const table = 'CREATE TABLE IF NOT EXISTS chaos (n bigint PRIMARY KEY, at timestamptz, padding text)';
const insert = `INSERT INTO chaos SELECT n, now(), repeat('x', 1500) FROM generate_series($1::bigint, $2::bigint) AS n`;

/** Inserts numbered rows. Numbers of a transaction without an acknowledged commit are not used again. */
async function write(client: pg.Client, from: number): Promise<number> {
  const to = from + rowsATransaction - 1;
  await client.query('BEGIN');
  await client.query(insert, [from, to]);
  await client.query('COMMIT');
  return to;
}

export function startWriters(fleet: Fleet, book: LogBook): Writers {
  const stopping = new AbortController();
  const { signal } = stopping;
  const lastCommits = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  const nextNumbers = new Map<string, { number: number }>();
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {});
  const isWanted = (resource: string) => !signal.aborted && fleet.instances.has(resource);

  const session = async (resource: string, client: pg.Client, next: { number: number }) => {
    await client.query(table);
    while (isWanted(resource)) {
      const from = next.number;
      // The numbers are used only once, with any outcome of the transaction.
      next.number += rowsATransaction;
      const to = await write(client, from);
      book.addRows({ resource, from, to });
      lastCommits.set(resource, Date.now());
      await pause(pauseMs);
    }
  };
  const run = async (resource: string) => {
    const next = nextNumbers.get(resource) ?? { number: 1 };
    nextNumbers.set(resource, next);
    while (isWanted(resource)) {
      const instance = fleet.instances.get(resource);
      const passwords = passwordsOf(book.calls, instance?.DBInstanceIdentifier ?? '');
      const found = instance?.Endpoint ? await logIn(instance, passwords).catch(() => undefined) : undefined;
      // The server is or was unreachable. Its log shows the reason, and the final check finds missing rows.
      if (found) {
        await session(resource, found.client, next).catch(() => {});
        leave(found.client);
      }
      await pause(waitMs);
    }
  };
  const look = async () => {
    while (!signal.aborted) {
      for (const resource of fleet.instances.keys()) {
        if (!running.has(resource)) {
          running.set(
            resource,
            run(resource).finally(() => running.delete(resource)),
          );
        }
      }
      await pause(waitMs);
    }
  };
  const looking = look();
  return {
    lastCommit: (resource) => lastCommits.get(resource),
    async stop() {
      stopping.abort();
      await looking;
      await Promise.all(running.values());
    },
  };
}
