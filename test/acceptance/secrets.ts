import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createECDH, hkdfSync, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  ModifyDBInstanceCommand,
  type RDSClient,
} from '@aws-sdk/client-rds';
import { type Canary, canary, listen, listenToFiles, makeWord } from './canaries.ts';
import { listExposed, listenForVerifiers, listenToInventory, listenToTemporal } from './listen.ts';
import { create, createRds, find, query, remove, waitFor } from './rds.ts';
import { CLI, cleanEnvironment, makeStateDir, removeState, type Stack, startStack } from './stack.ts';
import { type ProcessWatch, watchProcesses } from './watch-processes.ts';

// With characters that every kind of quoting must handle.
const words = Array.from({ length: 3 }, makeWord);
const [first = '', second = '', refused = ''] = words.map((word) => `'<&> \\${word}%20$(id)`);
/** Not a secret: proves that the search reaches the places where secrets could be. */
const NAME = 'public-canary';
/** The TLS key of the inventory's server. */
const SERVER_KEY = 'machines/cornac-cornac/data/server.pem';

/** Derives the key as docs/decisions/0012 describes it, reduced by the order of P-256. */
function deriveAuthorityKey(secretKey: Buffer, generation: number): Buffer {
  const seed = hkdfSync('sha256', secretKey, '', `cornac certificate authority ${generation}`, 48);
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const key = (BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (order - 1n)) + 1n;
  return Buffer.from(key.toString(16).padStart(64, '0'), 'hex');
}

export interface SecretsOptions {
  /** `CORNAC_*` variables of the stack. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called after each search with the number of secrets that were found where none may be. */
  readonly onSearched?: (found: number) => void;
}

/**
 * The tests that search for secrets: a secret that is set, changed or refused on a stack of its own must
 * stand nowhere but in its store.
 */
export function testSecrets({ env = {}, onSearched = () => {} }: SecretsOptions = {}): void {
  let stateDir: string;
  let stack: Stack;
  let rds: RDSClient;
  let databaseUrl: string;
  let canaries: readonly Canary[];
  let processes: ProcessWatch;

  before(async () => {
    stateDir = await makeStateDir();
    stack = await startStack(stateDir, { env });
    rds = createRds(stack);
    const [settings, sealingKey] = await Promise.all([
      readFile(stack.config, 'utf8'),
      readFile(join(stateDir, 'secret.key'), 'utf8'),
    ]);
    const serverKey = await readFile(join(stateDir, SERVER_KEY), 'utf8');
    const [authorityKey = Buffer.alloc(0), nextKey = Buffer.alloc(0)] = [1, 2].map((generation) =>
      deriveAuthorityKey(Buffer.from(sealingKey, 'base64'), generation),
    );
    const authority = new X509Certificate(await readFile(join(stateDir, 'authority.crt')));
    const publicKey = createECDH('prime256v1');
    publicKey.setPrivateKey(authorityKey);
    assert.ok(authority.raw.includes(publicKey.getPublicKey()), 'it is the one to look for');
    databaseUrl = /^DATABASE_URL = "(.*)"$/m.exec(settings)?.[1] ?? '';
    canaries = [
      ...words.map((word) => canary('master password', word)),
      canary('secret access key', stack.secretAccessKey),
      canary('inventory password', decodeURIComponent(new URL(databaseUrl).password)),
      // The file holds the base64 of the key.
      canary('sealing key', Buffer.from(sealingKey, 'base64')),
      canary("authority's key", authorityKey),
      canary("next authority's key", nextKey),
      // Of the three lines of base64, the line with most of the secret.
      canary("server's key", /PRIVATE KEY-----\n.*\n(.*)\n/.exec(serverKey)?.[1] ?? ''),
    ];
    processes = watchProcesses([...canaries, canary('state directory', stateDir)]);
  });
  after(async () => {
    await processes?.stop();
    rds?.destroy();
    await stack?.stop();
    await removeState(stateDir);
  });

  const nothing = (found: readonly string[]): void => {
    onSearched(found.length);
    assert.deepEqual(found, []);
  };

  const createWith = (input: Partial<CreateDBInstanceMessage>) =>
    rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'refused',
        DBInstanceClass: 'db.t2.micro',
        Engine: 'postgres',
        AllocatedStorage: 5,
        MasterUsername: 'postgres',
        MasterUserPassword: refused,
        ...input,
      }),
    );

  const runCornac = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, ...args], {
      env: {
        ...cleanEnvironment(),
        CORNAC_CONFIG: stack.config,
        CORNAC_STATE_DIR: stateDir,
        CORNAC_TEMPORAL_ADDRESS: stack.temporal.address,
      },
    });
    return stdout + stderr;
  };

  test('a password is set, changed and refused in every possible way', async () => {
    const created = create(rds, NAME, first);
    // The verifier is in the inventory while the operation runs.
    nothing(await created.then(() => listenToInventory(databaseUrl, canaries)));
    const instance = await waitFor(rds, NAME, 'available');
    await query(instance, first, 'SELECT 1');
    await rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: NAME, MasterUserPassword: second }));
    await waitFor(rds, NAME, 'available');
    await query(instance, second, 'SELECT 1');
    await assert.rejects(query(instance, first, 'SELECT 1'), { code: '28P01' });

    const told: unknown[] = [];
    for (const input of [
      { DBInstanceIdentifier: NAME },
      { DBInstanceClass: 'db.none' },
      { MasterUserPassword: `${refused}@` },
      { MasterUserPassword: refused.repeat(9) },
      { ManageMasterUserPassword: true },
      { TdeCredentialPassword: refused },
    ]) {
      await assert.rejects(createWith(input), (error) => told.push(error) > 0);
    }
    // Unsigned, in wrong places, and too long.
    const form = new URLSearchParams({ Action: 'CreateDBInstance', MasterUserPassword: refused });
    for (const [url, init] of [
      [`${stack.endpoint}?${form}`, {}],
      [`${stack.endpoint}?${form}`, { method: 'POST' }],
      [stack.endpoint, { method: 'POST', body: form }],
      [stack.endpoint, { method: 'POST', body: refused, headers: { 'content-type': 'application/json' } }],
      [stack.endpoint, { method: 'POST', body: refused.repeat(100_000) }],
      [stack.endpoint, { method: 'POST', headers: { authorization: `Basic ${btoa(refused)}` } }],
    ] as const) {
      const response = await fetch(url, init);
      assert.ok(response.status >= 400 && response.status < 500, `${response.status}`);
      told.push(await response.text());
    }
    for (const each of told) nothing(listen(String(each), canaries));

    await createWith({ DBInstanceIdentifier: 'overtaken' });
    await remove(rds, 'overtaken');
    assert.equal(await find(rds, 'overtaken'), undefined);
  });

  test('no row of the inventory contains a secret', async () => {
    const found = await listenToInventory(databaseUrl, [...canaries, canary('name', NAME)]);
    nothing(found.filter((each) => !each.startsWith('name: ')));
    const tables = ['endpoint', 'event', 'instance', 'invocation', 'operation', 'server'];
    assert.deepEqual(
      found,
      tables.map((table) => `name: ${table}`),
    );
  });

  test('no workflow history contains a secret', async () => {
    const found = await listenToTemporal(stack.temporal, [...canaries, canary('name', NAME)]);
    nothing(found.filter((each) => !each.startsWith('name: ')));
    assert.deepEqual(found, ['name: createDbInstance', 'name: modifyDbInstance']);
  });

  test('no command of Cornac and no metric shows a secret', async () => {
    const outputs = await Promise.all([
      runCornac('config'),
      runCornac('inspect'),
      runCornac('watch', NAME),
      fetch(`${stack.ops}/metrics`).then((response) => response.text()),
    ]);
    for (const output of outputs) {
      assert.ok(output.length > 50, output);
      nothing(listen(output, canaries));
    }
  });

  test('no process has a secret on its command line or in its environment', async () => {
    const found = [...(await processes.stop())];
    const innocent = found.filter((each) => each.startsWith('state directory: '));
    assert.ok(innocent.length > 5);
    nothing(found.filter((each) => !innocent.includes(each)));
  });

  test("no file contains a secret except the secret's store, which only its owner can read", async () => {
    // After the stop everything that was in memory is on disk.
    assert.equal(await stack.stop(), 0);
    const found = await listenToFiles(stateDir, [...canaries, canary('name', NAME)]);
    const secrets = found.filter((each) => !each.startsWith('name: '));
    const kept = [
      'inventory password: cornac.toml',
      'sealing key: secret.key',
      'secret access key: cornac.toml',
      `server's key: ${SERVER_KEY}`,
    ];
    nothing(secrets.filter((each) => !kept.includes(each)));
    assert.deepEqual(secrets, kept);
    for (const file of ['cornac.toml', 'secret.key', SERVER_KEY]) {
      assert.equal((await stat(join(stateDir, file))).mode & 0o777, 0o600, file);
    }
    // The search has covered the places where secrets could be.
    for (const place of [
      /: log\/gateway\.log$/,
      /: temporal\/temporal-[\d.]+\.db/,
      /: machines\/cornac-cornac\/.*pg_wal/,
    ]) {
      assert.ok(
        found.some((each) => place.test(each)),
        `${place}`,
      );
    }
  });

  test('other users can read only harmless files', async () => {
    // The test itself writes up.log.
    const harmless = ['authority.crt', 'children.json', 'up.log'];
    const exposed = await listExposed(stateDir);
    assert.ok(exposed.includes('up.log'), 'the search sees what it looks for');
    nothing(exposed.filter((each) => !harmless.includes(each)));
  });

  test('a verifier stands nowhere but in the catalogue of its server', async () => {
    const home = `machines/cornac-${NAME}/data`;
    const roles = await listenForVerifiers(join(stateDir, home));
    assert.ok(roles.size >= 2, 'one for each password');
    const found = await listenToFiles(
      stateDir,
      [...roles].map((verifier) => canary('verifier', verifier)),
    );
    assert.ok(found.length > 0);
    for (const each of found) {
      assert.match(each, new RegExp(`^verifier: ${home}/.*(global/1260|pg_wal/\\w+)$`));
    }
  });
}
