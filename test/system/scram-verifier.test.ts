import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import pg from 'pg';
import { scramVerifier } from '../../src/system/scram-verifier.ts';
import { startPostgres } from '../support/postgres.ts';

const postgres = await startPostgres({ passwords: true });
const admin = new pg.Client(await postgres.createEmptyDatabase());
await admin.connect();
after(async () => {
  await admin.end();
  await postgres.stop();
});

/** Every character that RDS allows in a master password, as one password of an allowed length. */
const everyCharacter = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  .filter((character) => !'/"@'.includes(character))
  .join('');

async function logIn(user: string, password: string): Promise<string> {
  const { host, port, database } = admin;
  const client = new pg.Client({ host, port, user, password, ...(database && { database }) });
  await client.connect();
  try {
    const { rows } = await client.query('SELECT current_user AS name');
    return rows[0].name;
  } finally {
    await client.end();
  }
}

for (const [index, password] of ['C0nfidentiel', "C0nf'de tie!", everyCharacter].entries()) {
  test(`PostgreSQL accepts password ${index + 1} for its verifier, and no other password`, async () => {
    const user = `master${index}`;
    const verifier = await scramVerifier(password);
    assert.ok(!verifier.includes(password));
    await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD '${verifier}'`);
    const { rows } = await admin.query('SELECT rolpassword FROM pg_authid WHERE rolname = $1', [user]);
    assert.equal(rows[0].rolpassword, verifier, 'stored as it is, not hashed again');

    assert.equal(await logIn(user, password), user);
    await assert.rejects(logIn(user, `${password}x`), { code: '28P01' });
  });
}

test('two verifiers of one password differ', async () => {
  const [first, second] = await Promise.all([scramVerifier('C0nfidentiel'), scramVerifier('C0nfidentiel')]);
  assert.notEqual(first, second);
});

test("the verifier of RFC 7677’s example is PostgreSQL's", async () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  assert.equal(
    await scramVerifier('pencil', salt),
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
  assert.match(await scramVerifier('pencil', randomBytes(16)), /^SCRAM-SHA-256\$4096:/);
});
