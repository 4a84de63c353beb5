import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configureAws, supportsEndpointOption } from '../../scripts/demo.d/aws.ts';

test('settings for the real AWS are neither used nor changed, and are named', async (t) => {
  const stateDir = mkdtempSync(join(tmpdir(), 'cornac-demo-aws-'));
  t.after(() => rmSync(stateDir, { recursive: true }));
  const user = { PATH: process.env.PATH, AWS_PROFILE: 'work', AWS_REGION: 'eu-west-1', PGSSLMODE: 'require' };
  const ready = {
    stateDir,
    endpoint: 'http://localhost:5000/rds',
    region: 'local',
    accessKeyId: 'CORNACKEY',
    secretAccessKey: 'secret',
  };
  const { env, exports, unset } = await configureAws(ready, user);
  assert.deepEqual(unset, ['AWS_REGION', 'PGSSLMODE']);
  assert.equal(env.AWS_REGION, undefined);
  assert.equal(env.AWS_PROFILE, 'local');
  const credentials = exports.AWS_SHARED_CREDENTIALS_FILE ?? '';
  assert.equal(statSync(credentials).mode & 0o777, 0o600);
  assert.match(readFileSync(credentials, 'utf8'), /^\[local\]\naws_access_key_id = CORNACKEY\n/);
});

test('an aws CLI without support of endpoint_url gets the endpoint in each command', () => {
  const versions = ['aws-cli/1.28.9', 'aws-cli/1.29.0', 'aws-cli/2.9.19 Python/3.11', 'aws-cli/2.13.0', ''];
  assert.deepEqual(versions.map(supportsEndpointOption), [false, true, false, true, false]);
});
