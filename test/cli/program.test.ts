import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'smol-toml';
import { cleanEnv, cornac, shellCommand } from '../support/cli/cornac.ts';
import { directory, state } from './directories.ts';

describe('the command line', { concurrency: 2 }, () => {
  test('help names every command, with examples', async () => {
    const { status, stdout } = await cornac(['--help'], { cwd: directory() });
    assert.equal(status, 0);
    for (const name of ['up', 'bootstrap', 'worker', 'generate-credentials', 'run', 'serve', 'migratedb']) {
      assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
    }
    for (const name of ['inspect', 'recover', 'watch', 'check', 'ca', 'config']) {
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
    const script = `${shellCommand} --help | head -n 1`;
    const cwd = join(import.meta.dirname, '../..');
    const { stdout, stderr } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', script], { cwd });
    assert.deepEqual([stdout, stderr], ['Usage: cornac [options] [command]\n', '']);
  });

  test('a command without a reader of stderr completes its work', async () => {
    // The pipe has no reader, as after a terminal was closed.
    const script = `exec 2> >(:); wait $!; exec ${shellCommand} generate-credentials --save`;
    const env = cleanEnv(state());
    const cwd = join(import.meta.dirname, '../..');
    const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd, env });
    assert.match(stdout, /^Access key ID,Secret access key\nCORNAC/);
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

test('cornac ca prints certificates that are the same each time, and needs nothing but the secret key', async () => {
  const env = state();
  const { CORNAC_STATE_DIR } = env;
  const missing = await cornac(['ca'], { cwd: directory(), env });
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /SECRET_KEY_FILE: .* is missing/);
  writeFileSync(join(CORNAC_STATE_DIR, 'secret.key'), `${Buffer.alloc(32, 7).toString('base64')}\n`);
  const { status, stdout, stderr } = await cornac(['ca'], { cwd: directory(), env });
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^(-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n){2}$/);
  assert.equal((await cornac(['ca'], { cwd: directory(), env })).stdout, stdout);
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
