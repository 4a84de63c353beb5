import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { problems } from './load-toml.ts';

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
