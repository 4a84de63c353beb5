import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLibvirtUri } from '../../../src/providers/libvirt/uri.ts';
import { ProviderError } from '../../../src/providers/provider.ts';

const refuses = (iaas: string, message: RegExp) =>
  assert.throws(
    () => parseLibvirtUri(iaas),
    (error) =>
      error instanceof ProviderError && error.code === 'Configuration' && message.test(error.message),
  );

test('libvirt alone is the system daemon of this computer', () => {
  assert.deepEqual(parseLibvirtUri('libvirt'), parseLibvirtUri('libvirt+qemu:///system'));
  assert.deepEqual(parseLibvirtUri('libvirt'), {
    open: 'qemu:///system',
    host: 'localhost',
    transport: { kind: 'unix', socket: undefined },
    options: { clone: 'linked', identity: 'seed', engineVersions: undefined },
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

test('the test driver is opened as libvirt names it', () => {
  assert.equal(parseLibvirtUri('libvirt+test:///default').open, 'test:///default');
});

test('options choose the clone, the identity, the socket and the versions', () => {
  const { options, transport } = parseLibvirtUri(
    'libvirt+qemu:///system?socket=/s&clone=full&identity=smbios&engine_versions=15.14,16.10',
  );
  assert.deepEqual(options, { clone: 'full', identity: 'smbios', engineVersions: ['15.14', '16.10'] });
  assert.deepEqual(transport, { kind: 'unix', socket: '/s' });
});

test('what is wrong is refused with what to write instead', () => {
  refuses('virsh', /expected libvirt, libvirt\+qemu/);
  refuses('libvirt+xen:///system', /expected/);
  refuses('libvirt+qemu+ssh://[/system', /expected/);
  refuses('libvirt+qemu+ssh:///system', /ssh needs a host/);
  refuses('libvirt+qemu://kvm1/system', /libvirt\+qemu\+ssh/);
  refuses('libvirt?clone=full', /expected/);
  refuses('libvirt+qemu:///system?clone=half', /clone=half should be one of linked, full/);
  refuses('libvirt+qemu:///system?colour=red', /option colour is unknown/);
});

test('the path is no way into the command line of the other host', () => {
  refuses("libvirt+qemu+ssh://kvm1/system';reboot'", /should be like \/system/);
});

test('a password in the URI is refused and not repeated', () => {
  refuses('libvirt+qemu+ssh://root:hunter2@kvm1/system', /no password belongs here/);
  assert.throws(
    () => parseLibvirtUri('libvirt+qemu+ssh://root:hunter2@kvm1/system'),
    (error) => !(error as Error).message.includes('hunter2'),
  );
});
