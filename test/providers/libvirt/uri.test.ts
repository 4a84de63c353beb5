import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLibvirtProvider } from '../../../src/providers/libvirt/libvirt.ts';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { ProviderError } from '../../../src/providers/provider.ts';

function refuses(iaas: string, message: RegExp) {
  return assert.throws(
    () => parseLibvirtUri(iaas),
    (error) =>
      error instanceof ProviderError && error.code === 'Configuration' && message.test(error.message),
  );
}

test('"libvirt" is the system daemon of this computer', () => {
  assert.deepEqual(parseLibvirtUri('libvirt'), parseLibvirtUri('libvirt+qemu:///system'));
  assert.deepEqual(parseLibvirtUri('libvirt'), {
    open: 'qemu:///system',
    host: 'localhost',
    transport: { kind: 'unix', socket: undefined },
    options: {
      clone: 'linked',
      identity: 'seed',
      engineVersions: undefined,
      filter: 'on',
      overcommit: { memory: 1, disk: 1 },
    },
  });
});

test('a remote host has user, port, key and known hosts', () => {
  assert.deepEqual(
    parseLibvirtUri('libvirt+qemu+ssh://root@kvm1:2222/system?keyfile=/k&known_hosts=/h').transport,
    {
      kind: 'ssh',
      host: 'kvm1',
      user: 'root',
      port: 2222,
      keyFile: '/k',
      knownHosts: '/h',
    },
  );
  assert.deepEqual(parseLibvirtUri('libvirt+qemu+ssh://kvm1').transport, {
    kind: 'ssh',
    host: 'kvm1',
    user: undefined,
    port: undefined,
    keyFile: undefined,
    knownHosts: undefined,
  });
  assert.equal(parseLibvirtUri('libvirt+qemu+ssh://kvm1').host, 'kvm1');
  assert.equal(parseLibvirtUri('libvirt+qemu+ssh://kvm1').open, 'qemu:///system');
});

test('the test driver is opened by libvirt’s URI', () => {
  assert.equal(parseLibvirtUri('libvirt+test:///default').open, 'test:///default');
});

test('options set clone, identity, socket, versions and overcommitment', () => {
  const { options, transport } = parseLibvirtUri(
    'libvirt+qemu:///system?socket=/s&clone=full&identity=smbios&engine_versions=15.14,16.10&filter=off&overcommit=memory:1.5,disk:3',
  );
  assert.deepEqual(options, {
    clone: 'full',
    identity: 'smbios',
    engineVersions: ['15.14', '16.10'],
    filter: 'off',
    overcommit: { memory: 1.5, disk: 3 },
  });
  refuses('libvirt+qemu:///system?overcommit=2', /overcommit=2; expected for instance memory:1\.5,disk:3/);
  assert.deepEqual(transport, { kind: 'unix', socket: '/s' });
});

test('name= is the name of the host for any transport', () => {
  assert.equal(parseLibvirtUri('libvirt+qemu:///system?name=kvm1').host, 'kvm1');
  assert.equal(parseLibvirtUri('libvirt+qemu+ssh://root@10.0.0.1/system?name=kvm1').host, 'kvm1');
  for (const name of ['', 'a/b', '-a', 'a b']) {
    refuses(`libvirt+qemu:///system?name=${name}`, /expected letters, digits, dots and hyphens/);
  }
});

test('two hosts of one name are refused before any call', () => {
  const settings = {
    prefix: 'cornac-',
    dnsDomain: undefined,
    publicKeys: [],
    origin: 'o',
    pool: 'p',
    network: 'n',
  };
  const open = (...iaas: string[]) => createLibvirtProvider({ ...settings, iaas });
  assert.throws(() => open('libvirt', 'libvirt+qemu+ssh://kvm2', 'libvirt+qemu:///system'), {
    code: 'Configuration',
    message: /IAAS has two hosts with the name localhost: .*\?name=kvm1/,
  });
  const provider = open('libvirt', 'libvirt+qemu+ssh://kvm2');
  assert.deepEqual(provider.hosts, ['localhost', 'kvm2']);
  assert.deepEqual(provider.at('kvm2').hosts, ['kvm2']);
  assert.throws(() => provider.at('kvm3'), {
    code: 'Configuration',
    retryable: false,
    message: /IAAS has no host kvm3 \(it has localhost, kvm2\)\. .*\?name=kvm3/,
  });
});

test('an invalid URI is refused with what to write instead', () => {
  refuses('virsh', /expected libvirt, libvirt\+qemu/);
  refuses('libvirt+xen:///system', /expected/);
  refuses('libvirt+qemu+ssh://[/system', /expected/);
  refuses('libvirt+qemu+ssh:///system', /ssh transport requires a host/);
  refuses('libvirt+qemu://kvm1/system', /libvirt\+qemu\+ssh/);
  refuses('libvirt?clone=full', /expected/);
  refuses('libvirt+qemu:///system?clone=half', /clone=half; expected one of linked, full/);
  refuses('libvirt+qemu:///system?engine_versions=15', /engine_versions has 15; expected whole versions/);
  refuses('libvirt+qemu:///system?colour=red', /option colour is unknown/);
});

test('a path that could change the command line on the host is refused', () => {
  refuses("libvirt+qemu+ssh://kvm1/system';reboot'", /expected a path such as \/system/);
});

test('a password in the URI is refused and not repeated', () => {
  refuses('libvirt+qemu+ssh://root:hunter2@kvm1/system', /a password is not allowed/);
  assert.throws(
    () => parseLibvirtUri('libvirt+qemu+ssh://root:hunter2@kvm1/system'),
    (error) => !(error as Error).message.includes('hunter2'),
  );
});
