import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ownTemporalFiles } from '../../src/config/own-temporal.ts';
import type { ReadyFile } from '../../src/up/ready-file.ts';
import { ensureTemporalCertificates } from '../../src/up/temporal-certificates.ts';
import { knock } from './knock.ts';
import { findListening } from './listening.ts';

interface Process {
  readonly pid: number;
  readonly command: string;
}

function portOf(address: string) {
  return Number(new URL(address).port);
}

function keys({ cert, key }: { readonly cert: string; readonly key: string }) {
  return {
    cert: readFileSync(cert),
    key: readFileSync(key),
  };
}

/**
 * Finds all ports on which these processes of a `cornac up` listen, and asserts that no port accepts a
 * mutating call from a client without a certificate of Cornac.
 * @param directory for certificates of another authority
 */
export async function refusesStrangers(
  ready: ReadyFile,
  processes: readonly Process[],
  directory: string,
): Promise<void> {
  const listening = await findListening(processes.map(({ pid }) => pid));
  const commandOf = (pid: number) => processes.find((each) => each.pid === pid)?.command ?? '';
  const portsOf = (pattern: RegExp) =>
    listening.flatMap(({ pid, port }) => (pattern.test(commandOf(pid)) ? [port] : []));

  const temporal = portsOf(/^\S*temporal-server-/);
  const ui = portsOf(/^\S*temporal-ui-/);
  // test/attack/signature.test.ts shows that the endpoint requires a signature, local-user.test.ts that the ops
  // port only reports.
  const gateway = portsOf(/ run $/);
  // test/attack/local-user.test.ts shows what these processes refuse.
  const machines = portsOf(/postgres|sshd/);
  // The ports of three services that accept calls, and of the membership of four.
  assert.equal(temporal.length, 7);
  assert.deepEqual(ui, [portOf(ready.ui)]);
  assert.deepEqual(new Set(gateway), new Set([portOf(ready.endpoint), portOf(ready.ops)]));
  const known = [temporal, ui, gateway, machines].flat();
  assert.equal(known.length, listening.length, JSON.stringify(listening));

  await refuseWithoutCertificate(temporal, ready, directory);
  assert.equal(statSync(join(ready.stateDir, 'temporal')).mode & 0o077, 0);
  await onlyReads(ready.ui);
}

async function refuseWithoutCertificate(
  ports: readonly number[],
  { temporal }: ReadyFile,
  directory: string,
): Promise<void> {
  const foreign = ownTemporalFiles(directory);
  await ensureTemporalCertificates(foreign);
  // Proves that `knock` works: a client with a certificate is answered.
  const own = Number(temporal.address.split(':')[1]);
  assert.equal(await knock(own, keys(temporal.tls)), 'answered');
  for (const port of ports) {
    const [plain = '', ...others] = await Promise.all([
      knock(port),
      knock(port, {}),
      knock(port, keys(foreign.client)),
      knock(port, keys(foreign.server)),
    ]);
    assert.match(plain, /^(closed|ECONNRESET)$/, `${port} in the clear`);
    for (const refusal of others) {
      assert.match(refusal, /CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|DECRYPT_ERROR/, `${port}`);
    }
  }
}

async function onlyReads(ui: string): Promise<void> {
  const workflows = `${ui}/api/v1/namespaces/default/workflows`;
  const post = (path: string) => fetch(`${workflows}/${path}`, { method: 'POST', body: '{}' });
  // ui-server's own check accepts the first two calls, because their path contains "/query/".
  const calls = [
    'query/signal-with-start/x',
    'query/terminate',
    'a%2Fquery%2Fb',
    'a/query/b/c',
    'a/signal/x',
  ];
  for (const call of calls) assert.equal((await post(call)).status, 405, call);
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    assert.equal((await fetch(`${ui}/api/v1/namespaces/default`, { method })).status, 405, method);
  }
  // A query reaches Temporal, which has no such workflow.
  assert.equal((await post('none/query/steps')).status, 404);
  const list = await fetch(workflows);
  assert.equal(list.status, 200);
  assert.match(await list.text(), /cornac-bootstrap/);
}
