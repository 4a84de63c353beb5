import type { DBInstance } from '@aws-sdk/client-rds';
import pg from 'pg';

const wrongPassword = '28P01';

async function open({ Endpoint, MasterUsername, DBName }: DBInstance, password: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...{ host: Endpoint?.Address ?? '', port: Endpoint?.Port ?? 0, user: MasterUsername ?? '' },
    ...{ database: DBName ?? '', password },
    // A server that is stopped says nothing, for as long as it is.
    ...{ connectionTimeoutMillis: 5_000, query_timeout: 10_000 },
  });
  // A session that is cut off fails the query that waits, and that is heard of there.
  client.on('error', () => {});
  await client.connect();
  return client;
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === wrongPassword;
}

/**
 * Logs in as the master user with the first of the passwords that is right.
 * @returns undefined when none is
 * @throws when the server does not let anybody in
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

/** Ends a session; one whose server says nothing is not waited for. */
export function leave(client: pg.Client): void {
  client.end().catch(() => {});
}
