import assert from 'node:assert/strict';
import { test } from 'node:test';
import ssh2 from 'ssh2';
import { seedImage, smbiosStrings } from '../../../src/providers/libvirt/identity.ts';
import { generateKeyPair } from '../../../src/ssh/key-pair.ts';

const identity = { hostname: 'cornac-a', authorizedKeys: ['ssh-ed25519 AAAA one', 'ssh-rsa BBBB two'] };

test('OpenSSH reads a generated host key', () => {
  const { private: secret, public: open } = generateKeyPair();
  const key = ssh2.utils.parseKey(secret);
  assert.ok(!(key instanceof Error));
  assert.equal(`${key.type} ${key.getPublicSSH().toString('base64')}`, open);
  assert.notEqual(generateKeyPair().public, open);
});

test('the seed holds the identity for cloud-init and for the appliance', () => {
  const hostKey = generateKeyPair();
  const image = seedImage(identity, hostKey).toString('latin1');
  const [, json = ''] = /#cloud-config\n(\{.*?\n\})\n/s.exec(image) ?? [];
  const config = JSON.parse(json);
  assert.equal(config.hostname, 'cornac-a');
  assert.equal(config.ssh_keys.ed25519_private, hostKey.private);
  assert.deepEqual(config.users[0].ssh_authorized_keys, identity.authorizedKeys);
  assert.match(image, /ssh-ed25519 AAAA one\nssh-rsa BBBB two\n/);
  assert.match(image, /"instance-id":"cornac-a"/);
});

test('SMBIOS strings hold no secret', () => {
  const strings = smbiosStrings(identity);
  assert.equal(strings[0], 'io.systemd.credential:cornac.hostname=cornac-a');
  assert.equal(
    Buffer.from(strings[1]?.split('=')[1] ?? '', 'base64').toString(),
    'ssh-ed25519 AAAA one\nssh-rsa BBBB two\n',
  );
  assert.equal(
    strings.some((text) => text.includes('PRIVATE')),
    false,
  );
});
