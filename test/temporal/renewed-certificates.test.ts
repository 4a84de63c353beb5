import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { OWN_TEMPORAL_NAME, ownTemporalFiles } from '../../src/config/own-temporal.ts';
import { cachedPrograms } from '../../src/supervisor/programs.ts';
import { ensureTemporalCertificates } from '../../src/up/temporal-certificates.ts';
import { dynamicConfig, innerPortCount, temporalConfig } from '../../src/up/temporal-config.ts';
import { temporalProgram } from '../../src/up/temporal-programs.ts';
import { findFreePorts } from '../acceptance/stack.ts';

/**
 * The TLS settings of docs/temporal/cluster.yaml without the files. Without them Temporal reads the files
 * only once.
 */
function settingsOfCluster(): Record<string, string> {
  const text = readFileSync('docs/temporal/cluster.yaml', 'utf8');
  const [, tls = ''] = /^ {2}tls:\n((?: {4}.*\n)+)/m.exec(text) ?? [];
  const found = [...tls.matchAll(/^ {4}(\w+): (\w+)$/gm)].map(([, name = '', value = '']) => [name, value]);
  return Object.fromEntries(found);
}

test('Temporal uses renewed certificates with the documented settings', { timeout: 70_000 }, async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-renewed-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const files = ownTemporalFiles(directory);
  await ensureTemporalCertificates(files);

  const [frontend = 0, ...inner] = await findFreePorts(1 + innerPortCount);
  const dynamicFile = join(directory, 'dynamic.yaml');
  const config = temporalConfig({
    database: undefined,
    dynamicFile,
    ports: { frontend, inner },
    tls: files,
  });
  // A short interval for the test.
  const refresh = Object.keys(settingsOfCluster()).map((name) => [name, '1s']);
  const { global } = config;
  const tls = { ...global.tls, ...Object.fromEntries(refresh) };
  mkdirSync(join(directory, 'config'));
  writeFileSync(dynamicFile, JSON.stringify(dynamicConfig(true)));
  writeFileSync(
    join(directory, 'config/temporal.yaml'),
    JSON.stringify({ ...config, global: { ...global, tls } }),
  );
  const log = join(directory, 'log');
  const output = openSync(log, 'a');
  const server = spawn(
    temporalProgram('server', cachedPrograms(process.env), process.env),
    ['--root', directory, '--config', 'config', '--env', 'temporal', '--allow-no-auth', 'start'],
    { stdio: ['ignore', output, output] },
  );
  closeSync(output);
  t.after(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  });

  // Before the test's own timeout, which would name no reason.
  const deadline = Date.now() + 45_000;
  /** Connects with the present contents of the files, and repeats until it succeeds. */
  const connect = async (): Promise<void> => {
    for (;;) {
      try {
        const connection = await Connection.connect({
          address: `127.0.0.1:${frontend}`,
          connectTimeout: '2s',
          tls: {
            serverRootCACertificate: readFileSync(files.ca),
            clientCertPair: { crt: readFileSync(files.client.cert), key: readFileSync(files.client.key) },
            serverNameOverride: OWN_TEMPORAL_NAME,
          },
        });
        return await connection.close();
      } catch (error) {
        if (Date.now() > deadline || server.exitCode !== null) {
          const end = readFileSync(log, 'utf8').split('\n').slice(-20).join('\n');
          throw new Error(`no connection; the last lines of Temporal: ${end}`, { cause: error });
        }
        await sleep(100);
      }
    }
  };
  await connect();
  // Makes another authority. A client with certificates of the old authority is refused from then on.
  rmSync(files.ca);
  await ensureTemporalCertificates(files);
  await connect();
  assert.equal(server.exitCode, null);
});
