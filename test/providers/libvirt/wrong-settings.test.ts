import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ensureKeyFile } from '../../../src/machines/ssh-key.ts';
import { cleanEnv, nodeArguments } from '../../support/cli/cornac.ts';
import { needsLibvirt, virsh, virshXml } from '../../support/libvirt/private.ts';
import { type LibvirtWorld, makeLibvirtWorld } from '../../support/libvirt/world.ts';

/** How long the process may live after the error. */
const END_MS = 10_000;
const PATIENCE_MS = 90_000;

describe('a command with a setting that libvirt does not know', needsLibvirt, () => {
  let world: LibvirtWorld;
  let root: string;
  let count = 0;
  before(async () => {
    world = await makeLibvirtWorld();
    await world.makeEmptyOrigin();
    root = await mkdtemp(join(tmpdir(), 'cornac-wrong-'));
    await ensureKeyFile(join(root, 'key'));
    await writeFile(join(root, 'secret.key'), `${Buffer.alloc(32).toString('base64')}\n`, { mode: 0o600 });
  });
  after(async () => {
    await world?.remove();
    await rm(root, { recursive: true, force: true });
  });

  /** Runs `cornac` until it ends by itself, or kills it. */
  const run = async (args: readonly string[], settings: NodeJS.ProcessEnv) => {
    count += 1;
    const child = spawn(process.execPath, [...nodeArguments, ...args], {
      cwd: root,
      env: cleanEnv({
        CORNAC_STATE_DIR: join(root, `state${count}`),
        CORNAC_IAAS: 'libvirt',
        CORNAC_MACHINE_ORIGIN: world.settings.origin,
        CORNAC_STORAGE_POOL: world.settings.pool,
        CORNAC_NETWORK: world.settings.network,
        CORNAC_SSH_KEY_FILE: join(root, 'key'),
        CORNAC_SECRET_KEY_FILE: join(root, 'secret.key'),
        CORNAC_DATABASE_URL: 'postgresql://cornac:C4nary@127.0.0.1:5999/cornac',
        ...settings,
      }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    let toldAt = Number.NaN;
    child.stderr.on('data', (part) => {
      stderr += part;
      if (Number.isNaN(toldAt) && stderr.includes('cornac:')) toldAt = Date.now();
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    const [status] = await once(child, 'close');
    clearTimeout(timer);
    return { status, stderr, tookMs: Date.now() - toldAt };
  };

  const ports = ['--port', '0', '--ops-port', '0', '--temporal-port', '0', '--ui-port', '0'];
  const commands = [['bootstrap'], ['worker'], ['up', ...ports]];
  const wrong: readonly [string, NodeJS.ProcessEnv, RegExp][] = [
    ['network', { CORNAC_NETWORK: 'nonesuch' }, /has no network nonesuch: .*NETWORK/],
    ['pool', { CORNAC_STORAGE_POOL: 'nonesuch' }, /has no storage pool nonesuch: .*STORAGE_POOL/],
    ['origin', { CORNAC_MACHINE_ORIGIN: 'nonesuch' }, /has no domain nonesuch: .*MACHINE_ORIGIN/],
    [
      'option of IAAS',
      { CORNAC_IAAS: 'libvirt+qemu:///system?overcommit=2' },
      /overcommit=2; expected for instance /,
    ],
  ];
  for (const args of commands) {
    test(`cornac ${args[0]} ends with status 2 and keeps nothing open`, async () => {
      for (const [what, settings, message] of wrong) {
        const { status, stderr, tookMs } = await run(args, settings);
        assert.equal(status, 2, `${what}: ${stderr}`);
        assert.match(stderr, message, what);
        assert.ok(tookMs < END_MS, `${what}: ${tookMs} ms`);
      }
    });
  }

  test('cornac worker ends where Temporal does not answer, although libvirt is connected', async () => {
    const { status, stderr } = await run(['worker-process'], { CORNAC_TEMPORAL_ADDRESS: '127.0.0.1:1' });
    assert.equal(status, 1, stderr);
    assert.match(stderr, /Temporal does not answer/);
  });

  test('cornac bootstrap with an inactive network ends with an error that names it', async () => {
    await virshXml('net-define', `<network><name>asleep</name></network>`);
    const { status, stderr } = await run(['bootstrap'], { CORNAC_NETWORK: 'asleep' });
    await virsh('net-undefine', 'asleep');
    assert.equal(status, 2);
    assert.match(stderr, /virsh net-start asleep/);
  });
});
