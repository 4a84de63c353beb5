import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Http2Server } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { loadConfig } from '../../src/config/load.ts';
import { connectWorker, moveWorkers } from '../../src/processes/worker-connection.ts';
import { workflowSource } from '../../src/processes/workflow-bundle.ts';
import { askTemporal } from '../../src/temporal/ask.ts';
import { changeApiKey, createTemporalClient } from '../../src/temporal/connection.ts';
import { keepIdentity, readIdentity } from '../../src/temporal/keep-identity.ts';
import { readFittingTlsFiles, type TlsMaterial } from '../../src/temporal/tls-files.ts';
import { startTemporal } from '../support/temporal.ts';
import { quiet } from '../support/world.ts';
import { createIdentities, startTlsWay } from './identity.ts';

let environment: TestWorkflowEnvironment;
before(async () => {
  quiet();
  environment = await startTemporal();
});
after(() => environment?.teardown());

const steps = ['reconcileOperations', 'reconcileInstances', 'beginMaintenance', 'pruneInventory'];
const log = pino({ level: 'silent' });
const config = loadConfig({ cwd: '/', env: { CORNAC_STATE_DIR: '/nonexistent' } });

/** Repeats `ask` until it does not throw. */
async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 60_000; ; await delay(100)) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

test('a client and a worker continue with a certificate that was renewed while they ran', async () => {
  const identities = createIdentities();
  const way = await startTlsWay(environment.address, identities);
  const temporal = { ...config.temporal, address: way.address, tls: identities.files };
  const client = await createTemporalClient(temporal);
  const identity = readIdentity({ file: config.file, temporal });
  let connection = await connectWorker(temporal, identity.material);
  const worker = await Worker.create({
    connection,
    taskQueue: 'renewed',
    ...workflowSource(),
    activities: Object.fromEntries(steps.map((step) => [step, async () => {}])),
  });
  const end = new AbortController();
  let isRenewed: () => void = () => {};
  const renewed = new Promise<void>((resolve) => {
    isRenewed = resolve;
  });
  const onFiles = async (settings: typeof config.temporal, material: TlsMaterial) => {
    const previous = connection;
    connection = await connectWorker(settings, material);
    worker.connection = connection;
    await previous.close();
    isRenewed();
  };
  const running = worker.run();
  const keeping = keepIdentity(
    { file: config.file, temporal },
    identity,
    { onFiles, onApiKey: async () => {} },
    log,
    end.signal,
    50,
  );
  const run = (): Promise<unknown> =>
    client.workflow.execute('reconcile', {
      workflowId: `run-${Date.now()}`,
      taskQueue: 'renewed',
      workflowExecutionTimeout: '1 minute',
    });
  try {
    await askTemporal(client);
    await insist(run);
    assert.deepEqual(new Set(way.seen), new Set(['before']));
    way.expectRenewed();
    identities.renew();
    await renewed;
    await insist(() => askTemporal(client));
    await insist(run);
    assert.ok(way.seen.filter((name) => name === 'after').length >= 2, way.seen.join());
  } finally {
    end.abort();
    await keeping;
    worker.shutdown();
    await running;
    await connection.close();
    await client.connection.close();
    await way.close();
    identities.remove();
  }
});

test('a certificate and an API key that were renewed during the connect are used', {
  timeout: 20_000,
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-renewed-'));
  const path = (name: string) => join(directory, name);
  const write = (content: string) => {
    for (const name of ['cert', 'key']) writeFileSync(path(name), content);
    writeFileSync(path('cornac.toml'), `TEMPORAL_API_KEY = "${content}"\n`);
  };
  write('before');
  const tls = { cert: path('cert'), key: path('key') };
  const settings = { file: path('cornac.toml'), temporal: { ...config.temporal, tls, apiKey: 'before' } };
  const identity = readIdentity(settings);
  write('after');
  const end = new AbortController();
  const keys: string[] = [];
  let keeping: Promise<void> | undefined;
  const material = await new Promise<TlsMaterial>((resolve) => {
    const onFiles = async (_: unknown, now: TlsMaterial) => resolve(now);
    const onApiKey = async (key: string) => {
      keys.push(key);
    };
    keeping = keepIdentity(settings, identity, { onFiles, onApiKey }, log, end.signal, 10);
  });
  end.abort();
  await keeping;
  assert.deepEqual([String(material.cert), String(material.key), keys], ['after', 'after', ['after']]);
  rmSync(directory, { recursive: true });
});

test('when one worker cannot be moved to another connection, all keep their connection', () => {
  const sound = { connection: 'before' };
  const broken = {
    get connection() {
      return 'before';
    },
    set connection(_: string) {
      throw new Error('it is closed');
    },
  };
  assert.throws(() => moveWorkers([sound, broken], 'before', 'after'), /it is closed/);
  assert.equal(sound.connection, 'before');
  moveWorkers([sound], 'before', 'after');
  assert.equal(sound.connection, 'after');
});

/** A server that records the API keys of requests and returns empty answers. */
async function startListener() {
  const shown: string[] = [];
  const server: Http2Server = createServer().on('stream', (stream, headers) => {
    shown.push(String(headers.authorization));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { shown, server, address: `127.0.0.1:${typeof address === 'object' ? address?.port : 0}` };
}

test('a client and a worker that start between the renewals of key and certificate wait for the certificate', async (t) => {
  const identities = createIdentities();
  const way = await startTlsWay(environment.address, identities);
  t.after(async () => {
    await way.close();
    identities.remove();
  });
  way.expectRenewed();
  const temporal = { ...config.temporal, address: way.address, tls: identities.files };
  const renewCertificate = identities.renewKey();
  const starting = Promise.all([createTemporalClient(temporal), connectWorker(temporal)]);
  // A start that does not wait has failed by then.
  await Promise.race([starting, delay(200)]);
  renewCertificate();
  const [client, connection] = await starting;
  await askTemporal(client);
  await client.connection.close();
  await connection.close();
  assert.deepEqual(new Set(way.seen), new Set(['after']));
});

test('a certificate without its key is refused with the names of both files', async (t) => {
  const identities = createIdentities();
  t.after(identities.remove);
  identities.renewKey();
  const { cert, key } = identities.files;
  await assert.rejects(
    readFittingTlsFiles(identities.files, 100),
    ({ message }: Error) =>
      message.includes(`TEMPORAL_TLS_CERT ${cert}`) && message.includes(`TEMPORAL_TLS_KEY ${key}`),
  );
});

test('an API key that changes in the file is sent from then on; a key from the environment is not read from the file', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-key-'));
  const file = join(directory, 'cornac.toml');
  const write = (key: string) => writeFileSync(file, `TEMPORAL_API_KEY = "${key}"\n`);
  write('first');
  const { shown, server, address } = await startListener();
  const temporal = { ...config.temporal, address, apiKey: 'first', tls: false };
  const client = await createTemporalClient(temporal);
  const end = new AbortController();
  const inUse = readIdentity({ file, temporal });
  const other = { file, temporal: { ...temporal, apiKey: 'of the environment' } };
  const ofOther = readIdentity(other);
  const changed = new Promise<void>((resolve) => {
    const onApiKey = async (key: string) => {
      changeApiKey(client, key);
      resolve();
    };
    keepIdentity({ file, temporal }, inUse, { onApiKey }, log, end.signal, 10);
    const fail = async () => assert.fail('it was read from the file');
    keepIdentity(other, ofOther, { onApiKey: fail }, log, end.signal, 10);
  });
  try {
    await askTemporal(client).catch(() => {});
    write('');
    write('second');
    await changed;
    await askTemporal(client).catch(() => {});
    assert.equal(shown[0], 'Bearer first');
    assert.equal(shown.at(-1), 'Bearer second');
  } finally {
    end.abort();
    await client.connection.close();
    server.close();
    rmSync(directory, { recursive: true });
  }
});
