import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { noProgress } from '../../src/providers/provider.ts';
import { createHost } from '../../src/up/own-machines.ts';
import { findServer, findSshd } from '../support/local-machine.ts';
import { needsSmallDisk } from '../support/small-disk.ts';
import { createWorld, quiet, type World } from '../support/world.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

let world: World;
before(async () => {
  quiet();
  // No worker runs, so an operation that has begun never ends, as for an instance that does not start.
  world = await createWorld({ idle: true });
});
after(() => world?.close());

test('recover waits for an unresponsive instance no longer than timeoutMs, even across garbage collections', async (t) => {
  const { config, databaseUrl, secretKey, inventory, provider } = world;
  await writeFile(config.secretKeyFile, `${secretKey.toString('base64')}\n`, { mode: 0o600 });
  const { dbiResourceId, operationId } = await world.create('sick');
  const ref = { dbiResourceId, operationId: operationId ?? '' };
  const machine = { name: 'cornac-sick', owner: dbiResourceId, cpus: 1, memoryMiB: 1024, diskGiB: 5 };
  await provider.ensureMachine(machine, noProgress());
  await inventory.operations.succeed(ref, { status: 'available', patch: { availableAt: new Date() } });

  const collecting = setInterval(collectGarbage, 200);
  t.after(() => clearInterval(collecting));
  const said: string[] = [];
  const { recover } = createHost(
    { ...config, databaseUrl },
    {
      signal: new AbortController().signal,
      report: (line) => said.push(line),
      onSteps: () => {},
      timeoutMs: 10_000,
    },
  );
  await recover();
  // On a busy machine the time may end before the first instance is begun.
  assert.equal(said.at(-1), 'starting  takes longer; it continues in the background, see `cornac inspect`');
});

test('stopMachines stops the PostgreSQL of a machine whose sshd has died', async () => {
  const { config, databaseUrl, stateDir } = world;
  const root = join(stateDir, 'machines/cornac-cornac');
  const sshd = findSshd(root);
  assert.ok(sshd);
  assert.ok(findServer(root));
  process.kill(sshd, 'SIGKILL');
  const { stopMachines } = createHost(
    { ...config, databaseUrl },
    { signal: new AbortController().signal, report: () => {}, onSteps: () => {} },
  );
  await stopMachines();
  assert.equal(findServer(root), undefined);
});

test('stopMachines stops a machine whose file system has become read-only', needsSmallDisk, async (t) => {
  const { config, provider, stateDir } = world;
  const name = 'cornac-read-only';
  await provider.ensureMachine({ name, cpus: 1, memoryMiB: 512, diskGiB: 1 }, noProgress());
  await provider.startMachine(name, noProgress());
  const root = join(stateDir, 'machines', name);
  assert.ok(findSshd(root));
  // Without its lock file, which could not be made again.
  await rm(join(stateDir, 'lock', `machine-${name}`));
  const { TMPDIR } = process.env;
  execFileSync('mount', ['--bind', stateDir, stateDir]);
  t.after(() => {
    process.env.TMPDIR = TMPDIR;
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    execFileSync('umount', ['-l', stateDir]);
  });
  execFileSync('mount', ['-o', 'remount,bind,ro', stateDir]);
  process.env.TMPDIR = stateDir;
  const { stopMachines } = createHost(config, {
    signal: new AbortController().signal,
    report: () => {},
    onSteps: () => {},
  });
  await stopMachines();
  assert.equal(findSshd(root), undefined);
});
