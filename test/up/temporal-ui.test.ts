import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ownTemporalFiles } from '../../src/config/own-temporal.ts';
import { supervise } from '../../src/supervisor/child.ts';
import { createChildLog } from '../../src/supervisor/child-log.ts';
import { cachedPrograms } from '../../src/supervisor/programs.ts';
import { findFreePort } from '../../src/up/ports.ts';
import { ensureTemporalCertificates } from '../../src/up/temporal-certificates.ts';
import { temporalProgram } from '../../src/up/temporal-programs.ts';
import { temporalUi } from '../../src/up/temporal-ui.ts';

const directory = mkdtempSync(join(tmpdir(), 'cornac-temporal-ui-'));
const tls = ownTemporalFiles(directory);
const log = createChildLog(directory, 'web-ui');

/** The Web UI without a running Temporal, because the pages need none. */
function webUi(port: number) {
  const program = temporalProgram('ui', cachedPrograms(process.env), process.env);
  const temporal = { address: '127.0.0.1:1', namespace: 'default' };
  return temporalUi({ program, port, temporal, tls, env: process.env, log });
}

before(() => ensureTemporalCertificates(tls));
after(() => rmSync(directory, { recursive: true }));

test('the Web UI is ready once it listens', { timeout: 60_000 }, async () => {
  const port = await findFreePort('127.0.0.1');
  const child = supervise(webUi(port));
  await child.ready;
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  await child.stop();
  assert.equal(answer.status, 200, log.tail(5).join('\n'));
});

test("another process that answers at the address does not count as the Web UI's readiness", {
  timeout: 60_000,
}, async (t) => {
  const stranger = createServer((_, answer) => answer.end('OK')).listen(0, '127.0.0.1');
  t.after(() => stranger.close());
  await once(stranger, 'listening');
  const address = stranger.address();
  assert.ok(address !== null && typeof address === 'object');
  const child = supervise(webUi(address.port));
  await assert.rejects(child.ready, /web-ui does not start/);
  await child.stop();
  assert.match(log.tail(1).join(), /address already in use/);
});
