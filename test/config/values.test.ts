import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { ownTemporalFiles } from '../../src/config/own-temporal.ts';
import { parseLibvirtUri } from '../../src/providers/libvirt/uri.ts';
import { parseIaas } from '../../src/providers/vsphere/iaas-url.ts';
import { load } from './load-toml.ts';

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
