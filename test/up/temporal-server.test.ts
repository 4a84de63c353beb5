import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { supervise } from '../../src/supervisor/child.ts';
import { aborted } from '../../src/system/aborted.ts';
import { findFreePort } from '../../src/up/ports.ts';
import { adoptDatabase } from '../../src/up/temporal-database.ts';
import { ensureNamespace } from '../../src/up/temporal-namespace.ts';
import { TEMPORAL_SCHEMA, TEMPORAL_SCHEMA_HASH } from '../../src/up/temporal-programs.ts';
import { describeTemporal, startTemporalProcess, type TemporalProcess } from '../support/temporal.ts';

const directory = mkdtempSync(join(tmpdir(), 'cornac-temporal-'));
const name = `temporal-${TEMPORAL_SCHEMA}.db`;
const database = join(directory, name);
const namespace = 'default';
let server: TemporalProcess;

async function using<T>(use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await use(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

async function retentionOf({ workflowService }: Client): Promise<string> {
  const { config } = await workflowService.describeNamespace({ namespace });
  return String(config?.workflowExecutionRetentionTtl?.seconds);
}

async function setRetention({ workflowService }: Client, days: number): Promise<void> {
  const workflowExecutionRetentionTtl = msToTs(`${days} days`);
  await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl } });
}

const DAY_S = 86_400;

before(async () => {
  server = await startTemporalProcess({ directory, database: name });
});
after(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true });
});

test('a new namespace can be used at once and keeps histories for thirty days', async () => {
  await using(async (client) => {
    assert.equal(await retentionOf(client), `${30 * DAY_S}`);
    await client.workflow.start('any', { workflowId: 'open', taskQueue: 'nobody' });
  });
});

test("the development server's database after kill -9: workflows stay open, retention becomes thirty days", async () => {
  await using((client) => setRetention(client, 1));
  await server.stop('SIGKILL');
  const old = join(directory, 'temporal.db');
  for (const end of ['', '-wal', '-shm']) renameSync(`${database}${end}`, `${old}${end}`);
  assert.ok(adoptDatabase(old, database));
  server = await startTemporalProcess({ directory, database: name });
  await using(async (client) => {
    assert.equal((await client.workflow.getHandle('open').describe()).status.name, 'RUNNING');
    assert.equal(await retentionOf(client), `${30 * DAY_S}`);
  });
});

test("a namespace that the server refuses: one attempt, and the server's error is thrown", {
  timeout: 60_000,
}, async () => {
  await using(({ connection }) => {
    assert.ok(connection instanceof Connection);
    return assert.rejects(
      ensureNamespace(connection, 'n'.repeat(2_000), new AbortController().signal),
      /INVALID_ARGUMENT/,
    );
  });
});

test('a server that does not listen yet: attempts go on and report the error', async () => {
  const end = new AbortController();
  const connection = Connection.lazy({ address: `127.0.0.1:${await findFreePort('127.0.0.1')}` });
  const troubles: string[] = [];
  const reportProblem = (why: string) => {
    troubles.push(why);
    if (troubles.length === 2) end.abort();
  };
  await assert.rejects(ensureNamespace(connection, namespace, end.signal, reportProblem), {
    name: 'AbortError',
  });
  await connection.close();
  assert.match(troubles[0] ?? '', /UNAVAILABLE|DEADLINE_EXCEEDED/);
});

test("a retention other than the development server's stays", async () => {
  await using((client) => setRetention(client, 90));
  assert.equal(await server.stop(), 0);
  server = await startTemporalProcess({ directory, database: name });
  assert.equal(await using(retentionOf), `${90 * DAY_S}`);
});

test('after a server was killed while it made its tables, the next server starts', async (t) => {
  const half = mkdtempSync(join(tmpdir(), 'cornac-temporal-'));
  t.after(() => rmSync(half, { recursive: true }));
  const options = { directory: half, database: 'half.db' };
  const child = await describeTemporal({ ...options, port: await findFreePort('127.0.0.1') }).start();
  const made = new AbortController();
  const watcher = watch(half, () => existsSync(join(half, 'half.db')) && made.abort());
  await aborted(made.signal);
  watcher.close();
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  assert.ok(existsSync(join(half, 'half.db.unfinished')));
  const next = await startTemporalProcess(options);
  assert.ok(!existsSync(join(half, 'half.db.unfinished')));
  assert.equal(await next.stop(), 0);
});

test('a damaged database is renamed once, and the server makes a new one', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-temporal-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const database = 'temporal.db';
  writeFileSync(join(directory, database), 'x'.repeat(100_000));
  const said: string[] = [];
  const port = await findFreePort('127.0.0.1');
  const say = (line: string) => said.push(line);
  for (let starts = 0; starts < 2; starts++) {
    const child = supervise(describeTemporal({ directory, database, port, say }));
    await child.ready.finally(() => child.stop());
    assert.equal(said.length, 1);
  }
  assert.match(said[0] ?? '', /starts without earlier histories: .*temporal\.db\.damaged-\d{8}T\d{6}Z$/);
  assert.ok(existsSync((said[0] ?? '').replace(/^.* was moved to /, '')));
});

/** Executes statements in a database with SQLite itself. */
function execute(file: string, statements: string): void {
  execFileSync('python3', [
    '-c',
    'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])',
    ...[file, statements],
  ]);
}

test('a database with other tables or columns than this version is not taken over', async (t) => {
  assert.equal(await server.stop(), 0);
  const directory = mkdtempSync(join(tmpdir(), 'cornac-temporal-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const old = join(directory, 'temporal.db');
  const file = join(directory, name);
  const restore = () => {
    // Many pages may still be in the write-ahead log.
    for (const end of ['', '-wal'].filter((each) => existsSync(`${database}${each}`))) {
      copyFileSync(`${database}${end}`, `${old}${end}`);
    }
  };
  for (const statements of [
    'DROP TABLE tasks',
    'CREATE TABLE of_a_later_version (id INTEGER)',
    'ALTER TABLE executions ADD COLUMN later INTEGER',
  ]) {
    restore();
    execute(old, statements);
    assert.equal(adoptDatabase(old, file), false);
    assert.deepEqual([existsSync(old), existsSync(file)], [true, false]);
  }
  restore();
  assert.ok(adoptDatabase(old, file));
  assert.deepEqual([existsSync(old), existsSync(file)], [false, true]);
  server = await startTemporalProcess({ directory: dirname(database), database: name });
});

// When this fails, the new version of the server makes other tables and cannot use a file of the previous
// version. Then `TEMPORAL_SCHEMA` needs another name and `TEMPORAL_SCHEMA_HASH` another value.
test("the server's schema is the one of TEMPORAL_SCHEMA", () => {
  const list = `import sqlite3, sys
for (sql,) in sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True).execute(
        'SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name'):
    print(sql)`;
  const schema = execFileSync('python3', ['-c', list, database]);
  assert.equal(TEMPORAL_SCHEMA, '1.29');
  assert.equal(createHash('sha256').update(schema).digest('hex'), TEMPORAL_SCHEMA_HASH);
});
