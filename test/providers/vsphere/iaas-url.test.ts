import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ProviderError } from '../../../src/providers/provider.ts';
import { parseIaas } from '../../../src/providers/vsphere/iaas-url.ts';

suite('IAAS of a vCenter', () => {
  test('the URL of the README is parsed', () => {
    const { url, user, password, trust } = parseIaas(
      'vcenter+https://user@sso.local:password@host/?no_verify=1',
    );
    assert.deepEqual(
      { url, user, password, trust },
      {
        url: 'https://host/sdk',
        user: 'user@sso.local',
        password: 'password',
        trust: { ca: undefined, thumbprint: undefined, noVerify: true },
      },
    );
  });

  test('user and password may contain any character, percent-encoded', () => {
    const secret = `aé@:/?#&%<>"' +`;
    const iaas = `vcenter+https://${encodeURIComponent('DOM\\me')}:${encodeURIComponent(secret)}@[::1]:8443`;
    const { url, user, password } = parseIaas(iaas);
    assert.deepEqual([url, user, password], ['https://[::1]:8443/sdk', 'DOM\\me', secret]);
  });

  test('all options are parsed', () => {
    const found = parseIaas(
      'vcenter+https://u:p@h/sdk?folder=dc/vm/databases&clone=linked&snapshot=ready%20to%20go&host=dc/host/c/esx1&extraConfig=a.b%3Dc%3Dd&extraConfig=e%3Df' +
        '&netmask=255.255.255.0&gateway=10.0.0.1&dns=10.0.0.2,10.0.0.3&engine_versions=15.14%2017.6&ssh_port=2222&overcommit=memory:1.5,disk:3' +
        `&thumbprint=${'aB:'.repeat(31)}aB&no_verify=0`,
    );
    assert.deepEqual(found, {
      url: 'https://h/sdk',
      user: 'u',
      password: 'p',
      trust: { ca: undefined, thumbprint: `${'aB:'.repeat(31)}aB`, noVerify: false },
      folder: 'dc/vm/databases',
      clone: 'linked',
      snapshot: 'ready to go',
      host: 'dc/host/c/esx1',
      extraConfig: [
        ['a.b', 'c=d'],
        ['e', 'f'],
      ],
      netmask: '255.255.255.0',
      gateway: '10.0.0.1',
      dnsServers: ['10.0.0.2', '10.0.0.3'],
      sshPort: 2222,
      engineVersions: ['15.14', '17.6'],
      overcommit: { memory: 1.5, disk: 3 },
    });
  });

  const wrong = {
    'vcenter+http://u:canary@h/': /expected vcenter\+https/,
    'vcenter+https://h/': /expected user:password@host/,
    'vcenter+https://u@h/': /expected user:password@host/,
    'vcenter+https://u:canary@/': /expected user:password@host/,
    'vcenter+https://u:canary/x@h/': /expected user:password@host/,
    'vcenter+https://u:canary%zz@h/': /percent-encoding/,
    'vcenter+https://u:canary@h/?verify=0': /unknown option verify; expected one of no_verify, ca/,
    'vcenter+https://u:canary@h/?no_verify=yes': /no_verify is 1 or 0/,
    'vcenter+https://u:canary@h/?thumbprint=abcd': /thumbprint is a SHA-256/,
    'vcenter+https://u:canary@h/?ca=/nowhere/ca.pem': /ca: \/nowhere\/ca.pem cannot be read/,
    'vcenter+https://u:canary@h/?clone=half': /clone is auto, linked or full/,
    'vcenter+https://u:canary@h/?clone=full&snapshot=a': /snapshot= has no meaning with clone=full/,
    'vcenter+https://u:canary@h/?ssh_port=65536': /ssh_port is a number/,
    'vcenter+https://u:canary@h/?netmask=24': /netmask is 24; expected an IPv4 netmask, such as/,
    'vcenter+https://u:canary@h/?netmask=255.0.255.0': /netmask is 255\.0\.255\.0; expected/,
    'vcenter+https://u:canary@h/?netmask=255.255.255.0&gateway=foo': /gateway is foo; expected one IPv4/,
    'vcenter+https://u:canary@h/?gateway=10.0.0.1': /gateway= has no meaning without netmask=/,
    'vcenter+https://u:canary@h/?dns=10.0.0.2,x': /dns has x; expected IP addresses/,
    'vcenter+https://u:canary@h/?engine_versions=15': /engine_versions has 15; expected whole versions/,
    'vcenter+https://u:canary@h/?extraConfig=key': /extraConfig is KEY=VALUE/,
  };
  for (const [iaas, message] of Object.entries(wrong)) {
    test(`an error without the password: ${iaas}`, () => {
      assert.throws(
        () => parseIaas(iaas),
        (error) => {
          assert.ok(error instanceof ProviderError);
          assert.equal(error.code, 'Configuration');
          assert.match(error.message, message);
          assert.doesNotMatch(`${error.message} ${error.stack} ${error.cause}`, /canary/);
          return true;
        },
      );
    });
  }
});
