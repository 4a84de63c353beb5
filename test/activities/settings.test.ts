import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsFor } from '../../src/activities/parameters.ts';

const planned = {
  identifier: 'test0',
  dbInstanceClass: 'db.t2.micro',
  engineVersion: '15.18',
  allocatedStorage: 5,
  port: 6000,
};

test('an instance gets settings of its class, its port and the default parameters of its version', () => {
  const { max_connections, port, ...others } = settingsFor(planned);
  assert.deepEqual([max_connections, port, others['rds.force_ssl']], ['112', '6000', '1']);
  assert.equal(settingsFor({ ...planned, engineVersion: '14.23' })['rds.force_ssl'], '0');
});

test('the inventory takes clients without TLS, because DATABASE_URL may say sslmode=disable', () => {
  assert.equal(settingsFor({ ...planned, identifier: 'cornac' })['rds.force_ssl'], undefined);
});
