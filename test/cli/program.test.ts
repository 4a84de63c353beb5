import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'smol-toml';
import { findFreePort } from '../../src/up/ports.ts';
import { cleanEnv, cornac, main } from '../support/cli/cornac.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-cli-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
function directory(): string {
  const path = join(root, String(count++));
  mkdirSync(path);
  return path;
}
function state() {
  return { CORNAC_STATE_DIR: directory() };
}
/** The state of a host that has the secret key. */
function bootstrapped() {
  const env = state();
  writeFileSync(join(env.CORNAC_STATE_DIR, 'secret.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
  return env;
}

describe('the command line', { concurrency: 2 }, () => {
  test('help names every command, with examples', async () => {
    const { status, stdout } = await cornac(['--help'], { cwd: directory() });
    assert.equal(status, 0);
    for (const name of ['up', 'bootstrap', 'worker', 'generate-credentials', 'run', 'serve', 'migratedb']) {
      assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
    }
    for (const name of ['inspect', 'recover', 'watch', 'check', 'config']) {
      assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
    }
    assert.doesNotMatch(stdout, /worker-process/);
    assert.match(stdout, /\$ cornac up/);
  });

  test('--version prints the version of package.json', async () => {
    const { status, stdout } = await cornac(['--version'], { cwd: directory() });
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual([status, stdout], [0, `${version}\n`]);
  });

  const misuses: readonly [readonly string[], RegExp][] = [
    [['upp'], /unknown command 'upp'\n\(Did you mean up\?\)/],
    [['up', '--prot', '1'], /unknown option '--prot'\n\(Did you mean --port\?\)/],
    [['up', '--port', 'x'], /expected a whole number from 0 to 65535/],
    [['up', '--port', '70000'], /expected a whole number from 0 to 65535/],
    [['worker', '--processes', '0'], /expected a whole number from 1 to 256/],
    [['serve', 'nowhere'], /expected host:port such as "localhost:5000"/],
    [['watch'], /missing required argument 'IDENTIFIER'/],
    [['run', 'more'], /too many arguments/],
    [['bootstrap', '--size', '1.5'], /expected a whole number/],
  ];
  for (const [args, expected] of misuses) {
    test(`cornac ${args.join(' ')} is refused with status 2`, async () => {
      const { status, stdout, stderr } = await cornac(args, { cwd: directory() });
      assert.equal(status, 2);
      assert.equal(stdout, '');
      assert.match(stderr, expected);
    });
  }

  test('without a command it prints the usage, with status 2', async () => {
    const { status, stderr } = await cornac([], { cwd: directory() });
    assert.equal(status, 2);
    assert.match(stderr, /Usage: cornac/);
  });

  test('a reader that closes the pipe early causes no error', async () => {
    const script = `"${process.execPath}" --import tsx "${main}" --help | head -n 1`;
    const cwd = join(import.meta.dirname, '../..');
    const { stdout, stderr } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', script], { cwd });
    assert.deepEqual([stdout, stderr], ['Usage: cornac [options] [command]\n', '']);
  });

  test('a command without a reader of stderr completes its work', async () => {
    // The pipe has no reader, as after a terminal was closed.
    const script = `exec 2> >(:); wait $!; exec "${process.execPath}" --import tsx "${main}" generate-credentials --save`;
    const env = cleanEnv(state());
    const cwd = join(import.meta.dirname, '../..');
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd, env });
    assert.match(stdout, /^Access key ID,Secret access key\nCORNAC/);
  });
});

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

describe('generate-credentials', { concurrency: 2 }, () => {
  test("without --save prints AWS's CSV and saves nothing", async () => {
    const env = state();
    const { status, stdout, stderr } = await cornac(['generate-credentials'], { cwd: directory(), env });
    assert.equal(status, 0);
    assert.match(stdout, /^Access key ID,Secret access key\nCORNAC\w{14},\w{40}\n$/);
    assert.match(stderr, /Not saved/);
    assert.throws(() => statSync(join(env.CORNAC_STATE_DIR, 'cornac.toml')));
  });

  test('with --save adds the pair to the file and keeps its other content', async () => {
    const cwd = directory();
    const file = join(cwd, 'cornac.toml');
    writeFileSync(file, '# mine\nNETWORK = "a"\n');
    const first = await cornac(['generate-credentials', '--save'], { cwd, env: state() });
    const second = await cornac(['--quiet', 'generate-credentials', '--save'], { cwd, env: state() });
    const pairs = [first, second].map(({ stdout }) => stdout.trim().split('\n')[1]?.split(',') ?? []);
    assert.deepEqual(
      { ...(parse(readFileSync(file, 'utf8')).CREDENTIALS as object) },
      Object.fromEntries(pairs),
    );
    assert.match(readFileSync(file, 'utf8'), /^# mine\nNETWORK = "a"\n/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(first.stderr, /Saved in .*cornac\.toml/);
    assert.equal(second.stderr, '');
  });
});

test('cornac config shows the effective settings and no secret', async () => {
  const cwd = directory();
  writeFileSync(
    join(cwd, 'cornac.toml'),
    'NETWORK = "file"\n[CREDENTIALS]\nCORNACALICE000000000 = "C4nary"\n',
  );
  const env = {
    ...state(),
    CORNAC_STORAGE_POOL: 'variable',
    CORNAC_DATABASE_URL: 'postgresql://cornac:C4nary@host/db',
    CORNAC_TEMPORAL_API_KEY: 'C4nary',
    CORNAC_IAAS: 'vcenter+https://user@sso.local:C4nary@host/',
  };
  const { status, stdout } = await cornac(['config'], { cwd, env });
  assert.equal(status, 0);
  const shown = parse(stdout);
  assert.equal(shown.NETWORK, 'file');
  assert.equal(shown.STORAGE_POOL, 'variable');
  assert.equal(shown.DATABASE_URL, 'postgresql://cornac:****@host/db');
  assert.equal(shown.TEMPORAL_TLS, true);
  assert.doesNotMatch(stdout, /C4nary/);
});
