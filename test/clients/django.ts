import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cleanEnvironment } from '../acceptance/stack.ts';
import { type Database, makeDatabase, query } from './database.ts';
import { PYTHON } from './python.ts';

const PROJECT = fileURLToPath(new URL('django', import.meta.url));

export function testDjango(master: () => Database): void {
  describe('Django', () => {
    test('applies its migrations, finds nothing left to do, reads, and takes them back', async () => {
      const database = await makeDatabase(master(), 'django');
      const { host, port, user, password, name, authorities } = database;
      const settings = {
        ...{ HOST: host, PORT: port, USER: user, PASSWORD: password, NAME: name },
        OPTIONS: { sslmode: 'verify-full', sslrootcert: authorities },
      };
      const env = {
        ...cleanEnvironment(),
        TEST_DATABASE: JSON.stringify(settings),
        DJANGO_SETTINGS_MODULE: 'settings',
        PYTHONPATH: PROJECT,
        PYTHONDONTWRITEBYTECODE: '1',
      };
      const django = async (...words: string[]) =>
        (await promisify(execFile)(PYTHON, ['-m', 'django', ...words], { env })).stdout;

      assert.match(await django('migrate', '--no-color'), /Applying shop\.0002_labels\.\.\. OK/);
      // Fails where a migration is left.
      await django('migrate', '--check');
      assert.match(await django('makemigrations', '--check', '--dry-run'), /No changes detected/);
      const found = "Order.objects.filter(note__trigram_similar='order 42', number=42).count()";
      const told = await django('shell', '-v', '0', '-c', `from shop.models import Order; print(${found})`);
      assert.equal(told.trim(), '1');
      assert.match(await django('migrate', 'shop', 'zero', '--no-color'), /Unapplying shop\.0001_initial/);
      const left = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'";
      assert.deepEqual(await query(database, left), []);
    });
  });
}
