import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { Config } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load.ts';
import { ownTemporalFiles } from '../../src/config/own-temporal.ts';
import { parseLibvirtUri } from '../../src/providers/libvirt/uri.ts';
import { parseIaas } from '../../src/providers/vsphere/iaas-url.ts';

const root = mkdtempSync(join(tmpdir(), 'cornac-config-'));
after(() => rmSync(root, { recursive: true }));

let count = 0;
function directory(): string {
  const path = join(root, String(count++));
  mkdirSync(path);
  return path;
}

function load(toml: string, env: NodeJS.ProcessEnv = {}): Config {
  const cwd = directory();
  writeFileSync(join(cwd, 'cornac.toml'), toml);
  return loadConfig({ cwd, env: { CORNAC_STATE_DIR: '/state', ...env } });
}

function problems(toml: string, env: NodeJS.ProcessEnv = {}): string[] {
  const cwd = directory();
  const file = join(cwd, 'cornac.toml');
  writeFileSync(file, toml);
  try {
    loadConfig({ cwd, env: { CORNAC_STATE_DIR: '/state', ...env } });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map((problem) => problem.replaceAll(file, 'cornac.toml'));
  }
  return [];
}

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

describe('values', () => {
  const cases: readonly [string, (config: Config) => unknown, unknown][] = [
    ['REGION = "local"', (c) => c.regions, ['local']],
    ['REGION = "local, eu-west-1"', (c) => c.regions, ['local', 'eu-west-1']],
    ['REGION = ["a", "b"]', (c) => c.regions, ['a', 'b']],
    ['IAAS = "libvirt+qemu:///system"', (c) => c.iaas, ['libvirt+qemu:///system']],
    [
      'IAAS = "vcenter+https://user@sso.local:pw@host/?no_verify=1"',
      (c) => c.iaas,
      ['vcenter+https://user@sso.local:pw@host/?no_verify=1'],
    ],
    ['IAAS = "local, libvirt"', (c) => c.iaas, ['local', 'libvirt']],
    [
      'IAAS = "libvirt+qemu:///system?engine_versions=15.14,16.10"',
      (c) => c.iaas,
      ['libvirt+qemu:///system?engine_versions=15.14,16.10'],
    ],
    [
      'IAAS = ["libvirt+qemu+ssh://a@b/system?engine_versions=15.14,16.10", "libvirt"]',
      (c) => c.iaas,
      ['libvirt+qemu+ssh://a@b/system?engine_versions=15.14,16.10', 'libvirt'],
    ],
    ['LISTEN = "0.0.0.0:80"', (c) => c.listen, { host: '0.0.0.0', port: 80 }],
    ['LISTEN = "[::1]:80"', (c) => c.listen, { host: '::1', port: 80 }],
    ['LISTEN = ":80"', (c) => c.listen, { host: 'localhost', port: 80 }],
    ['LISTEN = 80', (c) => c.listen, { host: 'localhost', port: 80 }],
    ['DNS_DOMAIN = ".virt"', (c) => c.dnsDomain, 'virt'],
    ['DNS_DOMAIN = "db.example.com"', (c) => c.dnsDomain, 'db.example.com'],
    ['SQLALCHEMY_DATABASE_URI = "postgresql://c:p@h/d"', (c) => c.databaseUrl, 'postgresql://c:p@h/d'],
    ['DATABASE_URL = "postgres://c:p@h:5433/d?sslmode=require"', (c) => c.databaseUrl?.length, 39],
    ['TEMPORAL_UI = "http://ui/"', (c) => c.temporal.ui, 'http://ui'],
    ['TEMPORAL_TLS = true', (c) => c.temporal.tls, true],
    ['TEMPORAL_API_KEY = "k"', (c) => c.temporal.tls, true],
    ['TEMPORAL_TLS_CA = "/ca.pem"', (c) => c.temporal.tls, { ca: '/ca.pem' }],
    ['TEMPORAL_TLS_CA = "/ca.pem"\nTEMPORAL_TLS = false', (c) => c.temporal.tls, false],
    [
      'TEMPORAL_TLS_CERT = "/c"\nTEMPORAL_TLS_KEY = "/k"\nTEMPORAL_TLS_SERVER_NAME = "n"',
      (c) => c.temporal.tls,
      { cert: '/c', key: '/k', serverName: 'n' },
    ],
    ['LOG_LEVEL = "debug"', (c) => c.logLevel, 'debug'],
    [
      '[CREDENTIALS]\nAKIAAAAAAAAAAAAAAAAA = "s"',
      (c) => ({ ...c.credentials }),
      { AKIAAAAAAAAAAAAAAAAA: 's' },
    ],
  ];
  for (const [toml, pick, expected] of cases) {
    test(toml.replaceAll('\n', '; '), () => assert.deepEqual(pick(load(toml)), expected));
  }

  test('the certificates of `cornac up` are used for a Temporal on this computer unless a setting says otherwise', (t) => {
    const stateDir = mkdtempSync(join(tmpdir(), 'cornac-load-'));
    t.after(() => rmSync(stateDir, { recursive: true }));
    const tls = (toml = '') => load(toml, { CORNAC_STATE_DIR: stateDir }).temporal.tls;
    assert.equal(tls(), false);
    const own = ownTemporalFiles(stateDir);
    mkdirSync(own.directory, { recursive: true });
    writeFileSync(own.client.cert, '');
    const expected = { ca: own.ca, ...own.client, serverName: 'localhost' };
    assert.deepEqual(tls(), expected);
    assert.deepEqual(tls('TEMPORAL_ADDRESS = "localhost:7000"'), expected);
    assert.equal(tls('TEMPORAL_ADDRESS = "temporal.example.com:7233"'), false);
    assert.equal(tls('TEMPORAL_TLS = false'), false);
    assert.equal(tls('TEMPORAL_TLS = true'), true);
    assert.equal(tls('TEMPORAL_API_KEY = "k"'), true);
    assert.deepEqual(tls('TEMPORAL_TLS_CA = "/ca.pem"'), { ca: '/ca.pem' });
  });

  for (const [word, expected] of [
    ['true', true],
    ['YES', true],
    ['1', true],
    ['no', false],
    ['0', false],
    ['false', false],
  ] as const) {
    test(`CORNAC_TEMPORAL_TLS=${word}`, () => {
      assert.equal(load('', { CORNAC_TEMPORAL_TLS: word }).temporal.tls, expected);
    });
  }

  test('CORNAC_IAAS separates entries by commas, and an entry may contain commas', () => {
    const hosts = [
      'libvirt+qemu+ssh://root@kvm1/system?engine_versions=15.14,16.10&name=localhost,',
      'libvirt+qemu+ssh://root@kvm2/system?engine_versions=15.14,16.10',
    ];
    const found = load('', { CORNAC_IAAS: `${hosts[0]}libvirt,\n  ${hosts[1]},` }).iaas;
    assert.deepEqual(found, [hosts[0]?.slice(0, -1), 'libvirt', hosts[1]]);
    assert.deepEqual(
      found.map((each) => parseLibvirtUri(each).options.engineVersions),
      [['15.14', '16.10'], undefined, ['15.14', '16.10']],
    );
    const vcenter = 'vcenter+https://u@sso.local:p,w@host/?dns=10.0.0.2,10.0.0.3';
    const [only = '', ...others] = load('', { CORNAC_IAAS: vcenter }).iaas;
    assert.deepEqual([only, others], [vcenter, []]);
    assert.deepEqual(parseIaas(only).dnsServers, ['10.0.0.2', '10.0.0.3']);
  });

  test('CORNAC_CREDENTIALS separates pairs by commas', () => {
    const { credentials } = load('', {
      CORNAC_CREDENTIALS: 'AKIAAAAAAAAAAAAAAAAA:s:1, AKIABBBBBBBBBBBBBBBB:t',
    });
    assert.deepEqual(credentials, { AKIAAAAAAAAAAAAAAAAA: 's:1', AKIABBBBBBBBBBBBBBBB: 't' });
  });
});

describe('problems', () => {
  const cases: readonly [string, RegExp][] = [
    ['MACHINE_ORGIN = "x"', /^cornac\.toml: MACHINE_ORGIN is not an option; did you mean MACHINE_ORIGIN\?$/],
    ['machine_origin = "x"', /did you mean MACHINE_ORIGIN\?$/],
    ['COLOUR = "blue"', /^cornac\.toml: COLOUR is not an option$/],
    ['LISTEN = "localhost:99999"', /^cornac\.toml: LISTEN is "localhost:99999"; expected host:port such as /],
    ['LISTEN = "a b:80"', /LISTEN is/],
    ['LISTEN = true', /LISTEN is true/],
    ['NETWORK = 5', /NETWORK is 5; expected the name of a network/],
    ['NETWORK = ""', /NETWORK is ""/],
    ['SSH_KEY_FILE = 1', /SSH_KEY_FILE is 1; expected the path/],
    ['IAAS = "amazon"', /IAAS is wrong; expected "local", "libvirt"/],
    [
      'IAAS = "local, libvirt?engine_versions=15.14,16.10"',
      /IAAS is wrong: entry 2 of 2 begins with libvirt, but is not .*"libvirt\+qemu:\/\/\/system\?engine/,
    ],
    [
      'IAAS = "vcenter+https://secret"',
      /IAAS is wrong: it begins with vcenter, but is not "vcenter\+https:(?!.*secret)/,
    ],
    ['IAAS = []', /IAAS is wrong/],
    ['REGION = [1]', /REGION is \[1\]/],
    ['ACCOUNT_ID = 123456789012', /ACCOUNT_ID is 123456789012; expected twelve digits in quotes/],
    ['TEMPORAL_TLS = "maybe"', /TEMPORAL_TLS is "maybe"; expected true or false/],
    ['TEMPORAL_TLS = 1', /TEMPORAL_TLS is 1/],
    ['LOG_LEVEL = "loud"', /LOG_LEVEL is "loud"; expected one of fatal, error/],
    ['CREDENTIALS = "x"', /CREDENTIALS is wrong; expected access key ids/],
    ['CREDENTIALS = 5', /CREDENTIALS is wrong/],
    ['[CREDENTIALS]\nAKIAAAAAAAAAAAAAAAAA = ""', /CREDENTIALS is wrong/],
    ['[CREDENTIALS]\nshort = "s"', /CREDENTIALS is wrong/],
    ['DATABASE_URL = "mysql://a:b@c/d"', /DATABASE_URL is wrong; expected postgresql:/],
    ['DATABASE_URL = "postgresql://a:b@c:5432,d:5432/e"', /DATABASE_URL is wrong: it names several hosts/],
    ['DATABASE_URL = "postgresql://a:b@c,d/e"', /DATABASE_URL is wrong: it names several hosts/],
    ['DATABASE_URL = "postgresql://a:b@c/d?host=e,f"', /DATABASE_URL is wrong: it names several hosts/],
    ['TEMPORAL_TLS_CERT = "/c"', /expected both or neither/],
    ['TEMPORAL_TLS = false\nTEMPORAL_API_KEY = "k"', /would be sent unencrypted/],
    [
      'DATABASE_URL = "postgresql://a:b@c/d"\nSQLALCHEMY_DATABASE_URI = "postgresql://a:b@c/d"',
      /another name/,
    ],
    ['NETWORK = ', /^cornac\.toml:1:\d+: not TOML: /],
  ];
  for (const [toml, expected] of cases) {
    test(toml.replaceAll('\n', '; '), () => {
      const [problem, ...more] = problems(toml);
      assert.match(problem ?? '', expected);
      assert.deepEqual(more, []);
    });
  }

  test('all problems are reported at once, including those of the environment', () => {
    assert.deepEqual(
      problems('NETWORKS = "x"\nLISTEN = "x"', { CORNAC_LOG_LEVEL: 'x', CORNAC_IASS: 'local' }),
      [
        'cornac.toml: NETWORKS is not an option; did you mean NETWORK?',
        'cornac.toml: LISTEN is "x"; expected host:port such as "localhost:5000"',
        'environment: CORNAC_LOG_LEVEL is "x"; expected one of fatal, error, warn, info, debug, trace',
        'environment: CORNAC_IASS is not an option; did you mean IAAS?',
      ],
    );
  });

  const canary = 'C4nary';
  for (const toml of [
    `DATABASE_URL = "postgres:/cornac:${canary}@host"`,
    `IAAS = "vcenter:https://user:${canary}@host"`,
    `CREDENTIALS = "${canary}"`,
    `[CREDENTIALS]\nAKIAAAAAAAAAAAAAAAAA = ["${canary}"]`,
    `[CREDENTIALS]\nAKIAAAAAAAAAAAAAAAAA = "${canary}`,
    `TEMPORAL_API_KEY = ["${canary}"]`,
  ]) {
    test(`no secret is shown: ${toml.replaceAll('\n', '; ')}`, () => {
      const [problem] = problems(toml);
      assert.ok(problem);
      assert.doesNotMatch(problem, new RegExp(canary));
    });
  }
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
