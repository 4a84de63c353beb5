import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ensureKeyFile } from '../../src/machines/ssh-key.ts';
import { cleanEnv, nodeArguments } from '../support/cli/cornac.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-ending-'));
const socket = join(root, 'libvirt-sock');
const keyFile = join(root, 'id_ed25519');
let states = 0;
/** Longer than any end may take, even on a busy computer. */
const PATIENCE_MS = 60_000;

/** A libvirt that accepts connections and never answers. */
let silent: Server;
const callers = new Set<Socket>();
before(async () => {
  await ensureKeyFile(keyFile);
  silent = createServer((caller) => {
    callers.add(caller);
    caller.on('error', () => {});
  }).listen(socket);
  await once(silent, 'listening');
});
after(() => {
  for (const caller of callers) caller.destroy();
  silent.close();
  rmSync(root, { recursive: true, force: true });
});

function environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  states += 1;
  return cleanEnv({
    CORNAC_STATE_DIR: join(root, `state${states}`),
    CORNAC_IAAS: `libvirt+qemu:///system?socket=${socket}`,
    CORNAC_SSH_KEY_FILE: keyFile,
    CORNAC_DATABASE_URL: 'postgresql://cornac:C4nary@127.0.0.1:1/cornac',
    ...env,
  });
}

/** Runs `cornac`. `inTime` kills the process where it does not end by itself. */
function start(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child: ChildProcess = spawn(process.execPath, [...nodeArguments, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (part) => {
    stderr += part;
  });
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, stderr }));
  const inTime = async (since = Date.now()) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const end = await ended.finally(() => clearTimeout(timer));
    return { ...end, tookMs: Date.now() - since };
  };
  return { child, inTime };
}

/** Settles when a client has connected to the silent libvirt. */
function nextCaller() {
  return once(silent, 'connection');
}

describe('a command whose hypervisor hangs', () => {
  test('bootstrap ends on SIGTERM with status 143', async () => {
    const called = nextCaller();
    const { child, inTime } = start(['bootstrap'], environment());
    await called;
    child.kill('SIGTERM');
    const { status, stderr, tookMs } = await inTime();
    assert.equal(status, 143, stderr);
    assert.match(stderr, /cornac: stopped by SIGTERM/);
    assert.ok(tookMs < 10_000, `${tookMs} ms`);
  });

  test('up ends on SIGTERM in the middle of the bootstrap, and stops what it has started', async () => {
    const called = nextCaller();
    const ports = ['--port', '0', '--ops-port', '0', '--temporal-port', '0', '--ui-port', '0'];
    const { child, inTime } = start(['up', ...ports], environment());
    await called;
    child.kill('SIGTERM');
    const { status, stderr } = await inTime();
    assert.equal(status, 0, stderr);
    assert.match(stderr, /temporal +ready.*\n(?:.*\n)*Stopped\.\n$/);
  });
});

describe('a worker whose inventory', () => {
  let postgres: TestPostgres;
  let databaseUrl: string;
  before(async () => {
    postgres = await startPostgres({ passwords: true });
    databaseUrl = await postgres.createInventoryDatabase();
  });
  after(() => postgres?.stop());

  const refused = async (change: (url: URL) => void) => {
    const url = new URL(databaseUrl);
    // As for an inventory of another owner: without proof of Cornac's own server no password would be sent.
    url.searchParams.set('sslmode', 'disable');
    change(url);
    const secretKeyFile = join(root, 'secret.key');
    writeFileSync(secretKeyFile, `${Buffer.alloc(32).toString('base64')}\n`, { mode: 0o600 });
    const env = environment({ CORNAC_DATABASE_URL: url.href, CORNAC_SECRET_KEY_FILE: secretKeyFile });
    return start(['worker'], env).inTime();
  };

  test('refuses the password ends with status 2', async () => {
    const { status, stderr } = await refused((url) => {
      url.username = 'cornac';
      url.password = 'wrong';
    });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /The inventory refuses the role or its password/);
  });

  test('has no such database ends with status 2', async () => {
    const { status, stderr } = await refused((url) => {
      url.pathname = '/nonesuch';
    });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /database does not exist/);
  });
});

test('a worker without the key of the inventory ends with status 2', async () => {
  const { status, stderr } = await start(['worker'], environment()).inTime();
  assert.equal(status, 2, stderr);
  assert.match(stderr, /SECRET_KEY_FILE: .* is missing; run cornac bootstrap/);
});
