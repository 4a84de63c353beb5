import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { DBInstance } from '@aws-sdk/client-rds';
import { cleanEnvironment } from './stack.ts';

const run = promisify(execFile);

/** Runs psql at the endpoint that DescribeDBInstances returns. @returns rows of fields between bars */
export async function psql(
  instance: DBInstance,
  password: string,
  sql: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { Endpoint, MasterUsername, DBName } = instance;
  const { stdout } = await run(
    'psql',
    [
      ...['-h', String(Endpoint?.Address), '-p', String(Endpoint?.Port)],
      ...['-U', String(MasterUsername), '-d', DBName ?? 'postgres', '-XAtc', sql],
    ],
    { env: { ...cleanEnvironment(), PGPASSWORD: password, PGCONNECT_TIMEOUT: '30', ...env } },
  );
  return stdout.trim();
}
