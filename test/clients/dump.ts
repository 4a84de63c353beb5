import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Database, libpqEnvironment, makeDatabase, query } from './database.ts';

const CONTENT = fileURLToPath(new URL('dump.sql', import.meta.url));

async function run(database: Database, program: string, ...words: string[]): Promise<string> {
  const options = { env: libpqEnvironment(database), maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)(program, words, options)).stdout;
}

/** Schema and data as text. The lines that differ in each run of pg_dump are omitted. */
async function dump(database: Database): Promise<string> {
  return (await run(database, 'pg_dump', '--inserts')).replace(/^\\(un)?restrict .*$/gm, '');
}

export function testDump(master: () => Database): void {
  describe('pg_dump | pg_restore', () => {
    test('copies a database with extensions as the master user, and both dumps are the same', async () => {
      const [from, to] = [await makeDatabase(master(), 'dumped'), await makeDatabase(master(), 'restored')];
      await run(from, 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', CONTENT);
      const { PGDATABASE: _, ...env } = libpqEnvironment(to);
      const pipe = `set -o pipefail; pg_dump -Fc -d ${from.name} | pg_restore --exit-on-error -d ${to.name}`;
      await promisify(execFile)('bash', ['-c', pipe], { env });
      assert.equal(await dump(to), await dump(from));
      const counts =
        'SELECT (SELECT count(*) FROM sales.orders) AS orders, (SELECT count(*) FROM sales.totals) AS totals';
      assert.deepEqual(await query(to, counts), [{ orders: '5000', totals: '500' }]);
      assert.deepEqual(
        await query(
          to,
          "SELECT extname, extowner::regrole::text AS owner FROM pg_extension WHERE extname = 'hstore'",
        ),
        [{ extname: 'hstore', owner: to.user }],
      );
    });
  });
}
