import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadyFile } from '../../src/up/ready-file.ts';
import { cleanEnv, cornac, nodeArguments } from '../support/cli/cornac.ts';
import { refusesStrangers } from '../support/strangers.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-up-'));
// Machines run as another user and reach their directories through this one.
chmodSync(root, 0o711);
const stateDir = join(root, 'state');
const readyFile = join(root, 'ready.json');
let up: ChildProcess & { output: string };

function start(): typeof up {
  const ports = ['--port', '0', '--ops-port', '0', '--temporal-port', '0', '--ui-port', '0'];
  const args = ['up', '--state', stateDir, '--ready-file', readyFile, ...ports];
  const child = spawn(process.execPath, [...nodeArguments, ...args], {
    cwd: root,
    env: cleanEnv({ NODE_OPTIONS: `--import ${import.meta.resolve('./warning-library.mjs')}` }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const collected = Object.assign(child, { output: '' });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      collected.output += part;
    });
  }
  return collected;
}

async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (up.exitCode !== null) throw new Error(`up has ended, waiting for ${what}: ${up.output}`);
    if (Date.now() > deadline) throw new Error(`no ${what} after two minutes: ${up.output}`);
    await delay(50);
  }
}

function ready(): Promise<ReadyFile> {
  return until('ready file', () => existsSync(readyFile) && JSON.parse(readFileSync(readyFile, 'utf8')));
}

async function isReady(): Promise<boolean> {
  const { ops } = JSON.parse(readFileSync(readyFile, 'utf8'));
  return fetch(`${ops}/readyz`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Processes that name the state directory or work below it. */
function processes(): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
        const cwd = readlinkSync(`/proc/${name}/cwd`);
        return [command, environment, cwd].some((text) => text.includes(stateDir))
          ? [{ pid: Number(name), command }]
          : [];
      } catch {
        return [];
      }
    });
}

function find(pattern: RegExp) {
  return processes().find(({ command }) => pattern.test(command));
}

before(() => {
  up = start();
});

after(async () => {
  if (up.exitCode === null && up.signalCode === null) {
    up.kill('SIGTERM');
    await once(up, 'exit');
  }
  rmSync(root, { recursive: true, force: true });
});

describe('cornac up', () => {
  test('writes a ready file with mode 0600 when everything is ready', async () => {
    const file = await ready();
    assert.equal(statSync(readyFile).mode & 0o777, 0o600);
    assert.match(file.endpoint, /^http:\/\/localhost:\d+\/rds$/);
    assert.deepEqual([file.region, file.pid, file.stateDir], ['local', up.pid, stateDir]);
    assert.match(file.accessKeyId, /^CORNAC/);
    // On a busy computer the first request may exceed the time limit of /readyz.
    await until('readiness', isReady);
    const health = await fetch(`${file.ops}/readyz`);
    assert.deepEqual(await health.json(), { status: 'ready', checks: { inventory: 'up', temporal: 'up' } });
    assert.equal((await fetch(file.ui)).status, 200);
  });

  test('lets no other user change anything on any port that its processes listen on', async () => {
    await refusesStrangers(await ready(), processes(), join(root, 'foreign'));
  });

  test('keeps the given ports and directory in its cornac.toml: other commands need that file alone', async () => {
    const { temporal, ui, config, ops, endpoint } = await ready();
    const env = { CORNAC_CONFIG: config };
    const { stdout } = await cornac(['config'], { cwd: root, env });
    for (const line of [
      `STATE_DIR = "${stateDir}"`,
      `TEMPORAL_ADDRESS = "${temporal.address}"`,
      `TEMPORAL_UI = "${ui}"`,
      `LISTEN = "${new URL(endpoint).host}"`,
      `OPS_LISTEN = "${new URL(ops).host}"`,
    ]) {
      assert.ok(stdout.includes(line), `${line} in:\n${stdout}`);
    }
    const watched = await cornac(['watch', 'cornac'], { cwd: root, env });
    assert.equal(watched.status, 0, watched.stderr);
    // The bootstrap is no operation on the instance.
    assert.match(watched.stderr, /^(Temporal has no operation on cornac\.|A worker gives the server .*)\n$/);
  });

  test('lists its own inventory', async () => {
    const { status, stdout } = await cornac(['inspect'], { cwd: root, env: { CORNAC_STATE_DIR: stateDir } });
    assert.match(stdout, /^cornac +available +127\.[\d.]+ +PostgreSQL 1\d/m);
    assert.equal(status, 0);
  });

  test('prints the steps of the bootstrap', () => {
    assert.match(up.output, /✓ Initialise the cluster +\d+\.\d s/);
    assert.match(up.output, /worker {4}ready after/);
  });

  test('prints no line of a library among its steps', () => {
    // On a slow computer it prints the end of the log of a late part.
    const own = up.output.replaceAll(/^.* The end of .*:\n(?:\{.*\n)*/gm, '');
    assert.doesNotMatch(own, /not monitored|temporalio|\bWARN\b|Warning:|said by a library|^\{/m);
  });

  test('started a second time on the same state is refused with the pid of the first', async () => {
    const { status, stderr } = await cornac(['up', '--state', stateDir], { cwd: root });
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`used by another .cornac up., process ${up.pid}\\.`));
  });

  test('refuses taken ports, names the option for each, and starts nothing', async () => {
    const { endpoint, temporal } = await ready();
    const [port, temporalPort] = [new URL(endpoint).port, temporal.address.split(':')[1] ?? ''];
    const other = join(root, 'other');
    const { status, stderr } = await cornac(
      [
        'up',
        '--state',
        other,
        '--port',
        port,
        '--temporal-port',
        temporalPort,
        '--ui-port',
        '0',
        '--ops-port',
        '0',
      ],
      { cwd: root },
    );
    assert.equal(status, 1);
    assert.match(
      stderr,
      new RegExp(`port ${port} for the RDS endpoint is in use on localhost.*--port$`, 'm'),
    );
    assert.match(stderr, new RegExp(`port ${temporalPort} for Temporal is in use.*--temporal-port$`, 'm'));
    assert.equal(existsSync(join(other, 'machines')), false);
  });

  for (const [what, pattern] of [
    ['Temporal', /temporal-server/],
    ['the Web UI', /temporal-ui/],
    ['the gateway', / run $/],
    ['the worker', / worker --processes/],
    ['a process of the worker', / worker-process $/],
  ] as const) {
    test(`starts ${what} again after it was killed`, async () => {
      const killed = await until(what, () => find(pattern));
      process.kill(killed.pid, 'SIGKILL');
      const successor = await until('successor', () => {
        const found = find(pattern);
        return found !== undefined && found.pid !== killed.pid && found;
      });
      assert.notEqual(successor.pid, killed.pid);
      await until('readiness', isReady);
    });
  }

  test('after kill -9 the next up ends the processes left behind and runs one of each', async () => {
    const { endpoint } = await ready();
    up.kill('SIGKILL');
    await once(up, 'exit');
    rmSync(readyFile);
    up = start();
    const again = await ready();
    assert.notEqual(again.endpoint, endpoint);
    await until('readiness', isReady);
    const patterns = [/temporal-server/, /temporal-ui/, / run $/, / worker --processes/, / worker-process $/];
    for (const pattern of patterns) {
      assert.equal(processes().filter(({ command }) => pattern.test(command)).length, 1, String(pattern));
    }
  });

  test('on SIGTERM stops all its processes and machines', async () => {
    assert.ok(find(/postgres/));
    up.kill('SIGTERM');
    const [status] = await once(up, 'exit');
    assert.equal(status, 0, up.output);
    assert.equal(existsSync(readyFile), false);
    assert.deepEqual(processes(), []);
    assert.match(up.output, /machines {2}1 stopped\nStopped\.\n$/);
  });
});
