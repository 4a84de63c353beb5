import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { findFreePort } from '../../src/up/ports.ts';
import { cornac } from '../support/cli/cornac.ts';
import { bootstrapped, directory, state } from './directories.ts';

describe('wrong settings', { concurrency: 2 }, () => {
  for (const args of [
    ['config'],
    ['worker'],
    ['run'],
    ['up'],
    ['bootstrap'],
    ['migratedb'],
    ['inspect'],
    ['check'],
  ]) {
    test(`cornac ${args[0]} lists all of them, with status 2`, async () => {
      const cwd = directory();
      writeFileSync(join(cwd, 'cornac.toml'), 'MACHINE_ORGIN = "x"\nLISTEN = "here"\n');
      const { status, stderr } = await cornac(args, { cwd, env: state() });
      assert.equal(status, 2);
      assert.match(stderr, /cornac\.toml: MACHINE_ORGIN is not an option; did you mean MACHINE_ORIGIN\?/);
      assert.match(stderr, /cornac\.toml: LISTEN is "here"; expected host:port/);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }

  for (const args of [
    ['worker'],
    ['run'],
    ['serve'],
    ['bootstrap'],
    ['migratedb'],
    ['recover'],
    ['inspect'],
  ]) {
    test(`cornac ${args[0]} without an inventory names DATABASE_URL, with status 2`, async () => {
      const { status, stderr } = await cornac(args, { cwd: directory(), env: state() });
      assert.equal(status, 2);
      assert.match(stderr, /DATABASE_URL is (not set|missing); expected postgresql:/);
    });
  }

  for (const args of [['worker'], ['bootstrap'], ['up']]) {
    for (const iaas of ['libvirt', 'vcenter+https://user:C4nary@host/']) {
      test(`cornac ${args[0]} on ${iaas.split(/\W/)[0]} without key file and agent shows what to type, with status 2`, async () => {
        const env = {
          ...state(),
          CORNAC_IAAS: iaas,
          CORNAC_DATABASE_URL: 'postgresql://cornac:p@127.0.0.1:1/cornac',
        };
        const { status, stderr } = await cornac(args, { cwd: directory(), env });
        assert.equal(status, 2, stderr);
        assert.match(stderr, /SSH_KEY_FILE is not set.*SSH_AUTH_SOCK.*\n.*ssh-add/);
        assert.doesNotMatch(stderr, /C4nary|^\s+at /m);
      });
    }
  }

  test('cornac up with TEMPORAL_ADDRESS of another computer is refused', async () => {
    const env = { ...state(), CORNAC_TEMPORAL_ADDRESS: 'temporal.example.com:7233' };
    const { status, stderr } = await cornac(['up'], { cwd: directory(), env });
    assert.equal(status, 1);
    assert.match(stderr, /TEMPORAL_ADDRESS names another computer, temporal\.example\.com/);
  });

  test('cornac up on vSphere without DATABASE_URL is refused', async () => {
    const env = { ...state(), CORNAC_IAAS: 'vcenter+https://user:C4nary@host/' };
    const { status, stderr } = await cornac(['up'], { cwd: directory(), env });
    assert.equal(status, 1);
    assert.match(stderr, /DATABASE_URL is not set/);
    assert.doesNotMatch(stderr, /C4nary/);
  });
});

describe('failures', { concurrency: 2 }, () => {
  const canary = 'C4nary';

  test('an inventory that does not answer: status 1 and the advice to bootstrap', async () => {
    const port = await findFreePort('127.0.0.1');
    const env = {
      ...bootstrapped(),
      CORNAC_DATABASE_URL: `postgresql://cornac:${canary}@127.0.0.1:${port}/cornac`,
    };
    const { status, stderr } = await cornac(['migratedb'], { cwd: directory(), env });
    assert.equal(status, 1);
    assert.match(stderr, /ECONNREFUSED.*\n.*`cornac bootstrap` creates it or starts it again/);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.doesNotMatch(stderr, new RegExp(canary));
  });

  test('an inventory that does not answer, with --verbose: a stack trace', async () => {
    const port = await findFreePort('127.0.0.1');
    const env = {
      ...bootstrapped(),
      CORNAC_DATABASE_URL: `postgresql://cornac:${canary}@127.0.0.1:${port}/cornac`,
    };
    const { stderr } = await cornac(['migratedb', '--verbose'], { cwd: directory(), env });
    assert.match(stderr, /^\s+at /m);
    assert.doesNotMatch(stderr, new RegExp(canary));
  });

  test('an inventory without a certificate gets no password: status 1 and the advice', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.end('N')));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as { port: number };
    const url = `postgresql://cornac:${canary}@127.0.0.1:${port}/cornac`;
    const env = { ...bootstrapped(), CORNAC_DATABASE_URL: url };
    const { status, stderr } = await cornac(['migratedb'], { cwd: directory(), env });
    server.close();
    assert.equal(status, 1);
    assert.match(stderr, /offers no TLS; .*`cornac bootstrap`.*sslmode=verify-full/s);
    assert.doesNotMatch(stderr, /^\s+at |C4nary/m);
    const { stderr: other } = await cornac(['migratedb'], { cwd: directory(), env: { ...env, ...state() } });
    assert.match(other, /SECRET_KEY_FILE: .* is missing; run cornac bootstrap, or copy it here/);
  });

  test('a taken port: status 1 and the number of the port', async () => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const stateDir = directory();
    writeFileSync(join(stateDir, 'secret.key'), `${Buffer.alloc(32).toString('base64')}\n`, { mode: 0o600 });
    const { status, stderr } = await cornac(['serve', `127.0.0.1:${port}`], {
      cwd: directory(),
      env: {
        CORNAC_STATE_DIR: stateDir,
        CORNAC_OPS_LISTEN: '127.0.0.1:0',
        CORNAC_DATABASE_URL: 'postgresql://cornac:p@127.0.0.1:1/cornac',
      },
    });
    server.close();
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`${port}.*in use`, 'i'));
  });
});
