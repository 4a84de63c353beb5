import assert from 'node:assert/strict';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { type Canary, canary, listen, listenToFiles } from './canaries.ts';
import type { Stack } from './stack.ts';
import { connectTo } from './temporal.ts';

/** Searches every row of the inventory. */
export async function listenToInventory(databaseUrl: string, wanted: readonly Canary[]): Promise<string[]> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows: tables } = await client.query(
      `SELECT oid::regclass::text AS name FROM pg_class
       WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await client.query(`SELECT t::text AS text FROM ${name} t`);
      found.push(...rows.flatMap(({ text }) => listen(text, wanted).map((word) => `${word}: ${name}`)));
    }
    return [...new Set(found)];
  } finally {
    await client.end();
  }
}

/** Searches every workflow that Temporal keeps: its input, its history, its memo. */
export async function listenToTemporal(
  temporal: Stack['temporal'],
  wanted: readonly Canary[],
): Promise<string[]> {
  const connection = await Connection.connect(connectTo(temporal));
  try {
    const { workflow } = new Client({ connection, namespace: temporal.namespace });
    const found: string[] = [];
    for await (const { workflowId, runId, type, raw } of workflow.list()) {
      const history = await workflow.getHandle(workflowId, runId).fetchHistory();
      const text = JSON.stringify({ raw, history });
      found.push(...listen(text, wanted).map((word) => `${word}: ${type}`));
    }
    return [...new Set(found)].sort();
  } finally {
    await connection.close();
  }
}

/**
 * Keys of the SCRAM verifiers in pg_authid of the cluster below `root`. The file of pg_authid is always
 * number 1260.
 */
export async function listenForVerifiers(root: string): Promise<Set<string>> {
  const [path] = await listenToFiles(root, [canary('', 'SCRAM-SHA-256$4096:')]).then((found) =>
    found.filter((each) => each.endsWith('/global/1260')),
  );
  assert.ok(path, 'there is a catalogue of roles');
  const content = await readFile(join(root, path.slice(2)), 'latin1');
  const verifiers = content.matchAll(/SCRAM-SHA-256\$4096:[\w+/=]+\$([\w+/]+=:[\w+/]+=)/g);
  return new Set([...verifiers].map(([, keys = '']) => keys));
}

/**
 * Paths of the files below `root` that a user outside Cornac's groups may read or write: the user reaches the
 * file and has the permission.
 */
export async function listExposed(root: string, path = ''): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(join(root, path))) {
    const each = join(path, name);
    const stat = await lstat(join(root, each));
    if (stat.isDirectory() && (stat.mode & 0o001) !== 0) found.push(...(await listExposed(root, each)));
    else if (stat.isDirectory() && (stat.mode & 0o006) !== 0) found.push(`${each}/`);
    else if (!stat.isDirectory() && !stat.isSymbolicLink() && (stat.mode & 0o006) !== 0) found.push(each);
  }
  return found.sort();
}
