import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { after, before, type TestContext, test } from 'node:test';
import { deriveAuthority } from '../../src/authority/authority.ts';
import { createGuest } from '../../src/guest/guest.ts';
import { namesOf } from '../../src/machines/identify.ts';
import { localKeyFile } from '../../src/machines/places.ts';
import type { Instance } from '../../src/model/db-instance/instance.ts';
import { noProgress, type RunningMachine } from '../../src/providers/provider.ts';
import { watchCertificates } from '../../src/reconcile/certificate-watch.ts';
import { createSsh } from '../../src/ssh/ssh.ts';
import { guestScriptsDir } from '../support/local/world.ts';
import { waitUntil } from '../support/wait-until.ts';
import { createWorld, quiet, type World } from '../support/world.ts';
import { eventsOf } from '../support/world-operations.ts';

const YEAR_MS = 365 * 86_400_000;
/** A rest so long that it never ends within a test. */
const FOR_EVER_MS = 3_600_000;

let world: World;
let instance: Instance;
before(async () => {
  quiet();
  world = await createWorld();
  const made = await world.settle((await world.create('watched')).dbiResourceId);
  assert.ok(made);
  instance = made;
});
after(() => world?.close());

async function present(): Promise<Instance> {
  const found = await world.inventory.instances.find({ identifier: 'watched' });
  assert.ok(found);
  return found;
}
function certificateFile(): string {
  return `${world.stateDir}/machines/${instance.machine}/data/server.pem`;
}
function readCertificateFile(): Promise<string> {
  return readFile(certificateFile(), 'utf8');
}
function startTime(machine: RunningMachine): Promise<string> {
  return world.guest.psql(machine, 'SELECT pg_postmaster_start_time();');
}

async function note(certificate: Instance['certificate']): Promise<void> {
  if (!certificate) return;
  const { dbiResourceId } = instance;
  await world.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({
    patch: { certificate },
  }));
}

/** A watch until the test ends, and its messages. */
function watch(t: TestContext, guest = world.guest): string[] {
  const messages: string[] = [];
  const stop = new AbortController();
  const log = {
    info: (_fields: object, message: string) => messages.push(message),
    warn: (fields: object, message: string) => messages.push(`${message}: ${JSON.stringify(fields)}`),
  };
  const deps = { inventory: world.inventory, place: { provider: world.provider, guest }, log };
  const running = watchCertificates(deps, stop.signal, { restMs: 5, retryMs: FOR_EVER_MS });
  t.after(async () => {
    stop.abort();
    await running;
  });
  return messages;
}

/** The messages of the instance's events about its certificate, the oldest first. */
async function certificateEvents(): Promise<string[]> {
  return (await eventsOf(world, 'watched')).filter((message) => message.includes('certificate'));
}
function told({ authority = '', until }: Partial<NonNullable<Instance['certificate']>> = {}): string {
  const day = until?.toISOString().slice(0, 10);
  return `Finished applying modification to the server certificate: signed by ${authority}, valid until ${day}`;
}

test('a create notes the authority and the end of the certificate that the server has', async () => {
  const [line = ''] = (await readCertificateFile()).split('\n');
  assert.deepEqual(instance.certificate, {
    authority: 'rds-ca-rsa2048-g1',
    until: new Date(Number(line.split(' ')[1]) * 1_000),
  });
  assert.deepEqual(await certificateEvents(), []);
});

test('a certificate that is years before its end is renewed while the server runs', async (t) => {
  const machine = await world.provider.startMachine(instance.machine, noProgress());
  const began = await startTime(machine);
  // The server gets the certificate that it would have had for two years.
  const used = new Date(Date.now() - 2 * YEAR_MS);
  const ssh = createSsh({ auth: { keyFile: localKeyFile(world.config) } });
  t.after(() => ssh.close());
  const older = createGuest({
    ssh,
    scriptsDir: guestScriptsDir,
    identify: async (of) => deriveAuthority(world.secretKey).issue(namesOf(of, world.config), used),
  });
  await rm(certificateFile());
  const { certificate } = await older.configure(machine, {}, { keep: true });
  assert.ok(certificate && certificate.until.getTime() < Date.now() + 9 * YEAR_MS);
  const before = await readCertificateFile();
  await note(certificate);

  const messages = watch(t);
  await waitUntil('the renewal', async () => ((await present()).certificate?.until ?? 0) > certificate.until);
  assert.notEqual(await readCertificateFile(), before);
  assert.equal(await startTime(machine), began);
  const { status, operationId } = await present();
  assert.deepEqual([status, operationId], ['available', null]);
  assert.deepEqual(messages, ['a server has a certificate that is valid for years']);
  assert.deepEqual(await certificateEvents(), [told((await present()).certificate)]);
});

test('a server gets a certificate of another authority while it runs', async (t) => {
  const machine = await world.provider.startMachine(instance.machine, noProgress());
  const began = await startTime(machine);
  const { dbiResourceId } = instance;
  await world.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({
    patch: { caCertificateIdentifier: 'cornac-ca-ecc256-g2' },
  }));
  watch(t);
  await waitUntil(
    'the other authority',
    async () => (await present()).certificate?.authority === 'cornac-ca-ecc256-g2',
  );
  const shown = new X509Certificate(await readCertificateFile());
  const next = new X509Certificate(deriveAuthority(world.secretKey, 2).certificate);
  assert.ok(shown.checkIssued(next) && shown.verify(next.publicKey));
  const [, last, ...more] = await certificateEvents();
  assert.equal(last, told((await present()).certificate));
  assert.match(last ?? '', /: signed by cornac-ca-ecc256-g2, valid until 20\d\d-\d\d-\d\d$/);
  assert.deepEqual(more, []);
  assert.equal(await startTime(machine), began);
});

test('another name of the same authority is noted, and the server keeps its certificate', async (t) => {
  const { dbiResourceId } = instance;
  const rename = (caCertificateIdentifier: string) =>
    world.inventory.instances.change({ dbiResourceId }, { requestId: 'test' }, () => ({
      patch: { caCertificateIdentifier },
    }));
  watch(t);
  const noted = (name: string) =>
    waitUntil(name, async () => (await present()).certificate?.authority === name);
  await rename('rds-ca-rsa2048-g1');
  await noted('rds-ca-rsa2048-g1');
  const before = await readCertificateFile();
  const first = new X509Certificate(deriveAuthority(world.secretKey).certificate);
  assert.ok(new X509Certificate(before).verify(first.publicKey));
  for (const name of ['rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1', 'cornac-ca-ecc256-g1']) {
    await rename(name);
    await noted(name);
    assert.equal(await readCertificateFile(), before);
  }
});

test('a machine that reports no certificate is tried once, and again only after a while', async (t) => {
  await note({ authority: 'cornac-ca-ecc256-g2', until: new Date(Date.now() + YEAR_MS) });
  let tries = 0;
  const messages = watch(t, {
    ...world.guest,
    configure: async () => {
      tries += 1;
      return { restartNeeded: false };
    },
  });
  await waitUntil('the first attempt', async () => messages.length > 0);
  assert.match(messages[0] ?? '', /is not renewed yet: .*its machine reports no new certificate/);
  assert.equal(tries, 1);
});
