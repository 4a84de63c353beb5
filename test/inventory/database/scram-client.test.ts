import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { isDatabaseUnavailable, openPool } from '../../../src/inventory/database/client.ts';
import { ScramClient } from '../../../src/inventory/database/scram-client.ts';
import { startPostgres } from '../../support/postgres.ts';

const PASSWORD = 'canary-of-the-inventory';

function authentication(code: number, rest = Buffer.alloc(0)): Buffer {
  const message = Buffer.alloc(9);
  message.write('R');
  message.writeInt32BE(8 + rest.length, 1);
  message.writeInt32BE(code, 5);
  return Buffer.concat([message, rest]);
}
// AuthenticationOk and ReadyForQuery: PostgreSQL's protocol, message formats.
const letIn = Buffer.concat([authentication(0), Buffer.from([0x5a, 0, 0, 0, 5, 0x49])]);

/**
 * Listens at the inventory's address, answers a startup message with `answer`, and keeps everything that it
 * receives.
 */
async function startImpostor(t: TestContext, answer: Buffer) {
  const told: Buffer[] = [];
  const server = createServer((socket) => {
    socket.once('data', () => socket.write(answer));
    socket.on('data', (data) => told.push(data)).on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `postgresql://cornac:${PASSWORD}@127.0.0.1:${port}/cornac`, told: () => Buffer.concat(told) };
}

const impostors: readonly (readonly [string, Buffer])[] = [
  ['asks for the password in clear text', authentication(3)],
  ['asks for an MD5 hash of the password', authentication(5, Buffer.from('salt'))],
  ['accepts any login', letIn],
];
for (const [what, answer] of impostors) {
  test(`an impostor that ${what} learns nothing and is refused`, async (t) => {
    const { url, told } = await startImpostor(t, answer);
    const pool = openPool(url);
    t.after(() => pool.end());
    const error = await pool.query('SELECT 1').catch((reason: unknown) => reason);
    assert.match(String(error), /expected SCRAM-SHA-256/);
    assert.equal(isDatabaseUnavailable(error), true);
    assert.equal(told().includes(PASSWORD), false);
    assert.equal(told().includes('md5'), false);
    assert.equal(told().includes('SELECT'), false);
  });
}

test('a server that uses SCRAM is accepted, and a connection without a password works as usual', async (t) => {
  const server = await startPostgres({ passwords: true });
  t.after(() => server.stop());
  const url = await server.createEmptyDatabase();
  const owner = new ScramClient({ connectionString: url });
  await owner.connect();
  await owner.query(`CREATE ROLE cornac LOGIN PASSWORD '${PASSWORD}'`);
  await owner.end();
  const client = new ScramClient({ connectionString: url.replace('postgres@', `cornac:${PASSWORD}@`) });
  await client.connect();
  assert.deepEqual((await client.query('SELECT current_user AS me')).rows, [{ me: 'cornac' }]);
  await client.end();
});
