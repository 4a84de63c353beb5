import type { DBInstance } from '@aws-sdk/client-rds';
import pg from 'pg';
import { anyTls } from '../support/any-tls.ts';

const wrongPassword = '28P01';

async function open({ Endpoint, MasterUsername, DBName }: DBInstance, password: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...{ host: Endpoint?.Address ?? '', port: Endpoint?.Port ?? 0, user: MasterUsername ?? '' },
    ...{ database: DBName ?? '', password, ssl: anyTls },
    // A suspended server does not answer.
    ...{ connectionTimeoutMillis: 5_000, query_timeout: 10_000 },
  });
  // A session that is cut off fails its waiting query, and the caller gets that error.
  client.on('error', () => {});
  await client.connect();
  return client;
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === wrongPassword;
}

/**
 * Logs in as the master user with the first password that is right.
 * @returns undefined when no password is right
 * @throws when the server accepts no connection
 */
export async function logIn(
  instance: DBInstance,
  passwords: readonly string[],
): Promise<{ client: pg.Client; password: string } | undefined> {
  for (const password of passwords) {
    try {
      return { client: await open(instance, password), password };
    } catch (error) {
      if (!isWrongPassword(error)) throw error;
    }
  }
  return undefined;
}

/** Ends a session without waiting for a server that does not answer. */
export function leave(client: pg.Client): void {
  client.end().catch(() => {});
}
