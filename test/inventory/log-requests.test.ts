import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import pg from 'pg';
import { listenForLogRequests } from '../../src/inventory/database/listen.ts';
import type { LogAnswer } from '../../src/model/db-log-file/log-request.ts';
import { startTestInventory } from '../support/inventory.ts';
import { waitUntil } from '../support/wait-until.ts';

const { inventory, databaseUrl, close } = await startTestInventory();
const { logRequests } = inventory;
const client = new pg.Client(databaseUrl);
await client.connect();
after(async () => {
  await client.end();
  await close();
});
beforeEach(() => client.query('DELETE FROM log_request'));

const LIST = { kind: 'list' } as const;
const SOON = { waitMs: 50, lookMs: 10 };
const FILES: LogAnswer = { kind: 'files', files: [{ name: 'error/x', bytes: 1, writtenAt: 2 }] };
async function claimed() {
  let found: Awaited<ReturnType<typeof logRequests.claim>>;
  await waitUntil('a question', async () => {
    found = await logRequests.claim();
    return found !== undefined;
  });
  return found ?? assert.fail();
}
async function count(): Promise<number> {
  return Number((await client.query('SELECT count(*) FROM log_request')).rows[0].count);
}
/** As if this much time had passed since the question, and since a worker claimed it. */
async function age(seconds: number): Promise<void> {
  await client.query(
    `UPDATE log_request SET created_at = created_at - $1 * interval '1 s', claimed_at = claimed_at - $1 * interval '1 s'`,
    [seconds],
  );
}

test('a question is announced, claimed once, answered, and leaves nothing', async () => {
  const stop = new AbortController();
  let news = 0;
  const listening = listenForLogRequests(databaseUrl, () => news++, stop.signal);
  await waitUntil('the listener', () => news === 1);
  const answer = logRequests.ask('db-A', { kind: 'read', name: 'x', lines: 3, from: 0 });
  await waitUntil('the announcement', () => news === 2);
  const question = await claimed();
  assert.deepEqual(
    [question.dbiResourceId, question.question],
    ['db-A', { kind: 'read', name: 'x', lines: 3, from: 0 }],
  );
  assert.equal(await logRequests.claim(), undefined);
  await logRequests.answer(question.id, FILES);
  assert.deepEqual(await answer, FILES);
  assert.equal(await count(), 0);
  stop.abort();
  await listening;
});

test('a question that no worker answers ends in time, and leaves nothing', async () => {
  assert.equal(await logRequests.ask('db-A', LIST, SOON), 'unanswered');
  assert.equal(await count(), 0);
  // The answer of a worker that was too late has no place any more.
  await logRequests.answer('00000000-0000-4000-8000-000000000000', FILES);
  assert.equal(await count(), 0);
});

test('one question about an instance is worked on at a time, those about others meanwhile', async () => {
  const answers = [
    logRequests.ask('db-A', LIST),
    logRequests.ask('db-A', LIST),
    logRequests.ask('db-B', LIST),
  ];
  await waitUntil('three questions', async () => (await count()) === 3);
  const [one, two] = [await claimed(), await claimed()];
  assert.deepEqual([one.dbiResourceId, two.dbiResourceId].sort(), ['db-A', 'db-B']);
  assert.equal(await logRequests.claim(), undefined);
  for (const { id } of [one, two]) await logRequests.answer(id, FILES);
  const { id, dbiResourceId } = await claimed();
  assert.equal(dbiResourceId, 'db-A');
  await logRequests.answer(id, FILES);
  assert.deepEqual(await Promise.all(answers), [FILES, FILES, FILES]);
});

test('another worker gets the question of one that died', async () => {
  const answer = logRequests.ask('db-A', LIST);
  const { id } = await claimed();
  assert.equal(await logRequests.claim(), undefined);
  await age(29);
  assert.equal((await claimed()).id, id);
  await logRequests.answer(id, FILES);
  assert.deepEqual(await answer, FILES);
});

test('of too many questions the last ones are refused', async () => {
  await client.query(
    `INSERT INTO log_request (id, dbi_resource_id, question, created_at)
     SELECT gen_random_uuid(), 'db-' || n, '{"kind":"list"}', now() FROM generate_series(1, 50) AS n`,
  );
  assert.equal(await logRequests.ask('db-A', LIST), 'busy');
  await age(61);
  // What a gateway that died has left is neither answered nor kept.
  assert.equal(await logRequests.claim(), undefined);
  await logRequests.prune();
  assert.equal(await logRequests.ask('db-A', LIST, SOON), 'unanswered');
});

test('the table has no part in the write-ahead log', async () => {
  const { rows } = await client.query(`SELECT relpersistence FROM pg_class WHERE relname = 'log_request'`);
  assert.deepEqual(rows, [{ relpersistence: 'u' }]);
});
