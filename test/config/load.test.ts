import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { directory, load, problems } from './load-toml.ts';

describe('defaults', () => {
  const config = loadConfig({ cwd: directory(), env: { CORNAC_STATE_DIR: '/state' } });

  test('an empty configuration is for this computer', () => {
    assert.deepEqual(config.iaas, ['local']);
    assert.deepEqual(config.regions, ['local']);
    assert.deepEqual(config.listen, { host: 'localhost', port: 5000 });
    // The Web UI of `cornac up` listens only there. At [::1], which is also localhost, another program may listen.
    assert.equal(config.temporal.ui, 'http://127.0.0.1:8233');
    assert.equal(config.databaseUrl, undefined);
    assert.equal(config.machineOrigin, 'cornac--origin');
    assert.equal(config.secretKeyFile, '/state/secret.key');
    assert.equal(config.temporal.tls, false);
    assert.equal(config.temporal.address, '127.0.0.1:7233');
  });

  test('without a file in the working directory the file to write is in the state directory', () => {
    assert.equal(config.file, '/state/cornac.toml');
  });

  test('a configuration is frozen, including nested objects', () => {
    assert.throws(() => Object.assign(config.temporal, { address: 'x' }), TypeError);
    assert.throws(() => Object.assign(config, { file: 'x' }), TypeError);
  });

  test("the default state directory is below the user's home, or /var/lib/cornac for root", () => {
    const { stateDir } = loadConfig({ cwd: directory(), env: { HOME: '/home/alice' } });
    const expected = process.getuid?.() === 0 ? '/var/lib/cornac' : '/home/alice/.local/state/cornac';
    assert.equal(stateDir, expected);
  });
});

describe('sources', () => {
  test('a variable overrides the file, and the command line overrides both', () => {
    const cwd = directory();
    writeFileSync(
      join(cwd, 'cornac.toml'),
      'NETWORK = "file"\nSTORAGE_POOL = "file"\nMACHINE_ORIGIN = "file"\n',
    );
    const config = loadConfig({
      cwd,
      env: { CORNAC_STORAGE_POOL: 'variable', CORNAC_MACHINE_ORIGIN: 'variable' },
      overrides: { MACHINE_ORIGIN: 'option' },
    });
    assert.deepEqual(
      [config.network, config.storagePool, config.machineOrigin],
      ['file', 'variable', 'option'],
    );
  });

  test('an empty variable counts as not set', () => {
    assert.equal(load('NETWORK = "file"', { CORNAC_NETWORK: '' }).network, 'file');
  });

  test('CORNAC_CONFIG names the file, and relative paths in it start at its directory', () => {
    const cwd = directory();
    mkdirSync(join(cwd, 'etc'));
    writeFileSync(join(cwd, 'etc/my.toml'), 'SSH_KEY_FILE = "id"\nSECRET_KEY_FILE = "/abs/key"');
    const config = loadConfig({ cwd, env: { CORNAC_CONFIG: 'etc/my.toml' } });
    assert.equal(config.file, join(cwd, 'etc/my.toml'));
    assert.equal(config.sshKeyFile, join(cwd, 'etc/id'));
    assert.equal(config.secretKeyFile, '/abs/key');
  });

  test('without a file in the working directory the file of the state directory is read', () => {
    const stateDir = directory();
    writeFileSync(join(stateDir, 'cornac.toml'), 'NETWORK = "state"');
    assert.equal(loadConfig({ cwd: directory(), env: { CORNAC_STATE_DIR: stateDir } }).network, 'state');
  });

  test('a file that cannot be read is a problem that names the file', () => {
    const cwd = directory();
    assert.throws(() => loadConfig({ cwd, env: { CORNAC_CONFIG: cwd } }), /cannot be read: EISDIR/);
    const nowhere = join(cwd, 'no-such-directory/cornac.toml');
    assert.throws(
      () => loadConfig({ cwd, env: { CORNAC_CONFIG: nowhere } }),
      /no-such-directory.*cannot be read: ENOENT/,
    );
    assert.equal(loadConfig({ cwd, env: { CORNAC_CONFIG: join(cwd, 'to-come.toml') } }).regions[0], 'local');
  });

  test('variables that Kubernetes sets for a service named cornac are ignored', () => {
    const env = {
      CORNAC_SERVICE_HOST: '10.0.0.1',
      CORNAC_PORT: 'tcp://10.0.0.1:80',
      CORNAC_PORT_80_TCP: 'x',
    };
    assert.deepEqual(problems('', env), []);
  });
});

describe('secrets', () => {
  const canary = 'C4nary';
  const config = load(
    [
      `DATABASE_URL = "postgresql://cornac:${canary}@host/cornac?sslpassword=${canary}"`,
      `IAAS = ["vcenter+https://user@sso.local:${canary}/${canary}@host/?no_verify=1"]`,
      `TEMPORAL_API_KEY = "${canary}"`,
      '[CREDENTIALS]',
      `AKIAAAAAAAAAAAAAAAAA = "${canary}"`,
    ].join('\n'),
  );
  const ways: Readonly<Record<string, (config: Config) => string>> = {
    JSON: (c) => JSON.stringify({ c }),
    inspect: (c) => inspect({ c }, { depth: 9 }),
    'inspect of hidden properties': (c) => inspect(c, { showHidden: true }),
  };
  for (const [way, show] of Object.entries(ways)) {
    test(`${way} of a configuration shows none`, () => {
      assert.doesNotMatch(show(config), new RegExp(canary));
      assert.match(show(config), /cornac:\*\*\*\*@host\/cornac/);
    });
    test(`${way} of a copy shows none`, () => assert.doesNotMatch(show({ ...config }), new RegExp(canary)));
  }

  test('the secrets themselves can be read', () => {
    assert.equal(config.credentials.AKIAAAAAAAAAAAAAAAAA, canary);
    assert.equal(config.temporal.apiKey, canary);
  });
});
