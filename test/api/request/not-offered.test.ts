import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parametersNotOffered, refuseNotOffered } from '../../../src/api/request/not-offered.ts';

for (const input of [
  {},
  { MonitoringInterval: 0 },
  { MonitoringInterval: undefined },
  { MultiAZ: false, StorageEncrypted: false },
  { EnableCloudwatchLogsExports: [] },
  { MasterUserAuthenticationType: 'password' },
  { DBInstanceIdentifier: 'test0', MultiAz: true },
]) {
  test(`${JSON.stringify(input)} asks for nothing that Cornac does not have`, () => refuseNotOffered(input));
}

for (const [name, value, missing] of [
  ['MultiAZ', true, 'standby'],
  ['StorageEncrypted', true, 'encryption'],
  ['KmsKeyId', 'alias/mine', 'encryption'],
  ['ManageMasterUserPassword', true, 'managed master passwords'],
  ['EnableIAMDatabaseAuthentication', true, 'IAM'],
  ['DBClusterIdentifier', 'cluster', 'clusters'],
  ['Domain', 'd-1', 'Active Directory'],
  ['EnablePerformanceInsights', true, 'Performance Insights'],
  ['MonitoringInterval', 60, 'Enhanced Monitoring'],
  ['EnableCloudwatchLogsExports', ['postgresql'], 'log exports'],
  ['NetworkType', 'DUAL', 'IPv6'],
] as const) {
  test(`${name} is refused by name`, () => {
    assert.throws(
      () => refuseNotOffered({ [name]: value }),
      (error: Error & { code?: string }) =>
        error.code === 'InvalidParameterValue' &&
        error.message.includes(`The parameter ${name} `) &&
        error.message.includes(missing),
    );
  });
}

test('the message contains the accepted value, and never the given one', () => {
  assert.throws(() => refuseNotOffered({ MultiAZ: true }), /Leave it out or give false\.$/);
  assert.throws(
    () => refuseNotOffered({ TdeCredentialPassword: 'canary' }),
    (error: Error) => !error.message.includes('canary') && error.message.endsWith('Leave it out.'),
  );
});

test('every parameter in the table is refused for some value', () => {
  assert.ok(parametersNotOffered.length > 40);
  for (const name of parametersNotOffered) {
    assert.throws(() => refuseNotOffered({ [name]: 'something else' }), { code: 'InvalidParameterValue' });
  }
});
