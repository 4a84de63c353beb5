import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import { deriveAuthority } from '../../../src/authority/authority.ts';
import { signCertificate } from '../../../src/authority/x509.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { expectsOwnAuthority, type InventoryAddress } from '../../../src/inventory/database/address.ts';
import { isDatabaseUnavailable, openPool } from '../../../src/inventory/database/client.ts';
import { checkSettings } from '../../../src/processes/check-settings.ts';
import { ensureSecretKey } from '../../../src/processes/open-inventory.ts';
import { tryLogin } from '../../../src/reconcile/inventory-login.ts';

const PASSWORD = 'canary-of-the-inventory';
const HOST = '127.0.0.1';
const YEAR_MS = 365 * 86_400_000;
const authority = deriveAuthority(randomBytes(32));

// PostgreSQL's protocol, message formats: AuthenticationCleartextPassword, AuthenticationMD5Password, and
// AuthenticationOk with ReadyForQuery.
const clearText = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
const md5 = Buffer.from([0x52, 0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4]);
const letIn = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

interface Impostor {
  /** PEM of key and certificate; absent for a server without TLS. */
  readonly pem?: string;
  /** The answer to a client that begins a session. */
  readonly answer?: Buffer;
}

/** Listens at the inventory's address, and keeps everything that it receives, within TLS and before. */
async function startImpostor(t: TestContext, { pem, answer = clearText }: Impostor) {
  const told: Buffer[] = [];
  const sockets: Socket[] = [];
  const talk = (socket: Socket) => {
    socket.once('data', () => socket.write(answer));
    socket.on('data', (data) => told.push(data)).on('error', () => {});
  };
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    socket.once('data', (data) => {
      told.push(data);
      socket.write(pem ? 'S' : 'N');
      if (!pem) return talk(socket);
      talk(
        new TLSSocket(socket, {
          isServer: true,
          secureContext: createSecureContext({ key: pem, cert: pem }),
        }),
      );
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `postgresql://cornac:${PASSWORD}@${HOST}:${port}/cornac`, told: () => Buffer.concat(told) };
}

async function ask(t: TestContext, address: InventoryAddress): Promise<unknown> {
  const pool = openPool(address);
  t.after(() => pool.end());
  return pool.query('SELECT 1').catch((reason: unknown) => reason);
}

function selfSigned(): string {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const claim = {
    subject: HOST,
    publicKey,
    serial: randomBytes(8),
    notBefore: new Date(Date.now() - YEAR_MS),
    notAfter: new Date(Date.now() + YEAR_MS),
    names: [HOST],
  };
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return `${key}${signCertificate(claim, { subject: HOST, privateKey })}`;
}

function issue(names: string[], now?: Date) {
  return authority.issue(names, now).pem;
}
const impostors: readonly (readonly [string, Impostor, RegExp])[] = [
  ['offers no TLS', {}, /offers no TLS; expected a certificate for 127\.0\.0\.1 of Cornac's authority/],
  ['has a self-signed certificate', { pem: selfSigned() }, /certificate of another authority/],
  [
    'has a certificate of another authority',
    { pem: deriveAuthority(randomBytes(32)).issue([HOST]).pem },
    /certificate of another authority/,
  ],
  [
    'has the certificate of another machine',
    { pem: issue(['127.0.0.2', 'cornac-prod']) },
    /for other names \(IP Address:127\.0\.0\.2, DNS:cornac-prod\)/,
  ],
  ['has an expired certificate', { pem: issue([HOST], new Date(Date.now() - 11 * YEAR_MS)) }, /has expired/],
  [
    'has a certificate that is not yet valid',
    { pem: issue([HOST], new Date(Date.now() + YEAR_MS)) },
    /not valid yet/,
  ],
  [
    'has the right certificate, and asks for the password in clear text',
    { pem: issue([HOST]) },
    /in clear text; expected SCRAM/,
  ],
  ['has the right certificate, and asks for an MD5 hash', { pem: issue([HOST]), answer: md5 }, /MD5 hash/],
  [
    'has the right certificate, and accepts any login',
    { pem: issue([HOST]), answer: letIn },
    /without proof/,
  ],
];
for (const [what, impostor, message] of impostors) {
  test(`a server that ${what} learns nothing and is refused`, async (t) => {
    const { url, told } = await startImpostor(t, impostor);
    const address = { url, authority: authority.certificate };
    const error = await ask(t, address);
    assert.match(String(error), message);
    assert.equal(isDatabaseUnavailable(error), true);
    const login = await tryLogin(address);
    assert.ok(login.state === 'unproven');
    assert.equal(login.requiresCertificate, /offers no TLS|other names|expired/.test(login.reason));
    for (const word of [PASSWORD, 'md5', 'SELECT']) assert.equal(told().includes(word), false, word);
  });
}

test('no environment variable makes a wrong certificate acceptable', async (t) => {
  const { url, told } = await startImpostor(t, { pem: selfSigned() });
  const present = process.env.PGSSLMODE;
  t.after(() => {
    if (present === undefined) delete process.env.PGSSLMODE;
    else process.env.PGSSLMODE = present;
  });
  for (const mode of ['no-verify', 'disable']) {
    process.env.PGSSLMODE = mode;
    assert.match(String(await ask(t, { url, authority: authority.certificate })), /of another authority/);
  }
  assert.equal(told().includes(PASSWORD), false);
});

test('TLS with an unverified certificate does not allow to send the password', async (t) => {
  const { url, told } = await startImpostor(t, { pem: selfSigned() });
  assert.match(String(await ask(t, `${url}?sslmode=no-verify`)), /in clear text; expected SCRAM/);
  assert.equal(told().includes(PASSWORD), false);
});

test('a PostgreSQL that Cornac did not make, verified by TLS, gets the password in the form that it asks for', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-root-'));
  t.after(() => rm(directory, { recursive: true }));
  const root = join(directory, 'root.crt');
  await writeFile(root, authority.certificate);
  const { url, told } = await startImpostor(t, { pem: issue([HOST]) });
  const asked = ask(t, `${url}?sslmode=verify-full&sslrootcert=${root}`);
  while (!told().includes(PASSWORD)) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(asked);
});

test('a worker that checks its settings sends an impostor only a request for TLS', async (t) => {
  const stateDir = await mkdtemp(join(tmpdir(), 'cornac-settings-'));
  t.after(() => rm(stateDir, { recursive: true }));
  await chmod(stateDir, 0o711);
  const { url, told } = await startImpostor(t, {});
  const config = loadConfig({ env: { CORNAC_STATE_DIR: stateDir, CORNAC_DATABASE_URL: url } });
  await ensureSecretKey(config);
  await checkSettings(config, assert.fail);
  assert.deepEqual(told(), Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
});

test('a proven server that then becomes silent is given up', async (t) => {
  const { url } = await startImpostor(t, { pem: issue([HOST]), answer: Buffer.alloc(0) });
  const pool = openPool({ url, authority: authority.certificate }, 300);
  t.after(() => pool.end());
  const error = await pool.query('SELECT 1').catch((reason: unknown) => reason);
  assert.match(String(error), /no answer in time/);
  assert.equal(isDatabaseUnavailable(error), true);
});

test('a URL with a password and without TLS settings names an inventory of Cornac', () => {
  const own = [
    'postgresql://c:p@h/d',
    'postgresql://c:p@[::1]:5433/d?application_name=x',
    'postgresql://c@h/d?password=p',
  ];
  const others = [
    'postgresql://c@h/d',
    'postgresql://c:p@h/d?sslmode=disable',
    'postgresql://c:p@h/d?sslmode=verify-full&sslrootcert=/f',
    'postgresql://c:p@h/d?ssl=true',
    'postgresql://c:p@%2Frun%2Fpostgresql/d',
    'postgresql://c:p@h/d?host=/run/postgresql',
  ];
  assert.deepEqual(own.map(expectsOwnAuthority), [true, true, true]);
  assert.deepEqual(
    others.map(expectsOwnAuthority),
    others.map(() => false),
  );
});
