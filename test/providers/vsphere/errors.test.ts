import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ProviderError } from '../../../src/providers/provider.ts';
import { isTransient, toProviderError } from '../../../src/providers/vsphere/errors.ts';
import { VimFault, VimUnreachable, VimUntrusted } from '../../../src/providers/vsphere/vim/fault.ts';

suite('errors of vCenter', () => {
  const told = (error: unknown) => {
    const found = toProviderError(error);
    assert.ok(found instanceof ProviderError);
    assert.equal(found.cause, error);
    return [found.code, found.retryable, found.message];
  };

  test('NoPermission names the missing privilege', () => {
    const fault = new VimFault('NoPermission', 'Denied.', { privilegeId: 'VirtualMachine.State.PowerOn' });
    assert.deepEqual(told(fault), [
      'Unauthorized',
      false,
      'vCenter: NoPermission: Denied. (the account lacks the privilege VirtualMachine.State.PowerOn)',
    ]);
  });

  test('NoPermission names the object without the privilege', () => {
    const detail = { privilegeId: 'System.Read', object: { type: 'Folder', value: 'group-d1' } };
    assert.match(
      String(told(new VimFault('NoPermission', '', detail))[2]),
      /\(the account lacks the privilege System\.Read on Folder:group-d1\)$/,
    );
  });

  test("the fault's name decides the error code", () => {
    const codes = [
      'InvalidLogin',
      'InsufficientMemoryResourcesFault',
      'NoDiskSpace',
      'DuplicateName',
      'NotSupported',
    ];
    assert.deepEqual(
      codes.map((fault) => told(new VimFault(fault, ''))[0]),
      ['Unauthorized', 'InsufficientCapacity', 'InsufficientCapacity', 'Conflict', 'Unsupported'],
    );
  });

  const lasting: Record<string, string[]> = {
    Unauthorized: ['NoPermission', 'RestrictedByAdministrator', 'InvalidLogin'],
    Conflict: ['AlreadyExists', 'FileAlreadyExists'],
    Configuration: [
      'NicSettingMismatch',
      'CustomizationFault',
      'MissingLinuxCustResources',
      'LinuxVolumeNotClean',
      'InvalidProperty',
      'InvalidController',
      'InvalidDatastorePath',
      'CannotUseNetwork',
      'NotEnoughLicenses',
    ],
    Unsupported: [
      'RestrictedVersion',
      'NotImplemented',
      'MethodNotFound',
      'UnsupportedGuest',
      'MemoryHotPlugNotSupported',
      'NumVirtualCpusIncompatible',
    ],
    InsufficientCapacity: ['NotEnoughCpus', 'NoDiskSpace'],
  };
  for (const [code, faults] of Object.entries(lasting)) {
    test(`lasting faults are not retryable: ${code}`, () => {
      for (const fault of faults) {
        assert.deepEqual([fault, ...told(new VimFault(fault, ''))].slice(0, 3), [fault, code, false]);
      }
    });
  }

  test('faults of a changeable state are retryable', () => {
    for (const fault of ['InvalidState', 'InvalidHostState', 'InvalidPowerState', 'HostNotConnected']) {
      assert.equal(told(new VimFault(fault, ''))[0], 'Unavailable');
    }
  });

  test('InvalidArgument names the invalid property', () => {
    const fault = new VimFault('InvalidArgument', '', { invalidProperty: 'spec.snapshot' });
    assert.deepEqual(told(fault), ['Configuration', false, 'vCenter: InvalidArgument (spec.snapshot)']);
  });

  test('faults with a known remedy name the remedy', () => {
    for (const invalidProperty of ['spec.location.host', 'spec.location.pool', 'spec.pool']) {
      const [, , message] = told(new VimFault('InvalidArgument', '', { invalidProperty }));
      assert.match(String(message), /in a cluster without DRS name a host with host=PATH in IAAS/);
    }
    const [, , message] = told(new VimFault('TooManySnapshotLevels', 'Levels 32 > 32.'));
    assert.match(String(message), /build a new origin instead of creating another snapshot of this origin/);
  });

  test('an unknown fault and an unreachable server are retryable', () => {
    assert.deepEqual(told(new VimFault('SystemError', 'x')), [
      'Unavailable',
      true,
      'vCenter: SystemError: x',
    ]);
    assert.deepEqual(told(new VimUnreachable('h is unreachable')), ['Unavailable', true, 'h is unreachable']);
  });

  test('an untrusted certificate: the error names the settings for trust', () => {
    const [code, retryable, message] = told(new VimUntrusted('h is not trusted: self-signed'));
    assert.deepEqual([code, retryable], ['Configuration', false]);
    assert.match(String(message), /^IAAS: h is not trusted: self-signed; .*ca=FILE.*thumbprint=/);
  });

  test('other errors are returned unchanged', () => {
    const error = new TypeError('x');
    assert.equal(toProviderError(error), error);
  });

  test('transient faults are distinguished from lasting ones', () => {
    assert.ok(isTransient(new VimFault('HostNotConnected', '')));
    assert.ok(isTransient(new VimUnreachable('')));
    assert.ok(!isTransient(new VimFault('NoPermission', '')));
    assert.ok(!isTransient(new Error('x')));
  });
});
