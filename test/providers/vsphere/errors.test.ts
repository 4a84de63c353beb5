import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ProviderError } from '../../../src/providers/provider.ts';
import { isPassing, toProviderError } from '../../../src/providers/vsphere/errors.ts';
import { VimFault, VimUnreachable, VimUntrusted } from '../../../src/providers/vsphere/vim/fault.ts';

suite('an error of vCenter', () => {
  const told = (error: unknown) => {
    const found = toProviderError(error);
    assert.ok(found instanceof ProviderError);
    assert.equal(found.cause, error);
    return [found.code, found.retryable, found.message];
  };

  test('names the privilege that is missing', () => {
    const fault = new VimFault('NoPermission', 'Denied.', { privilegeId: 'VirtualMachine.State.PowerOn' });
    assert.deepEqual(told(fault), [
      'Unauthorized',
      false,
      'vCenter: NoPermission: Denied. (the account lacks the privilege VirtualMachine.State.PowerOn)',
    ]);
  });

  test('is sorted by its name', () => {
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
    test(`of a kind that stays is not tried for ever: ${code}`, () => {
      for (const fault of faults) {
        assert.deepEqual([fault, ...told(new VimFault(fault, ''))].slice(0, 3), [fault, code, false]);
      }
    });
  }

  test('of a state that may change is tried again', () => {
    for (const fault of ['InvalidState', 'InvalidHostState', 'InvalidPowerState', 'HostNotConnected']) {
      assert.equal(told(new VimFault(fault, ''))[0], 'Unavailable');
    }
  });

  test('names what was invalid', () => {
    const fault = new VimFault('InvalidArgument', '', { invalidProperty: 'spec.snapshot' });
    assert.deepEqual(told(fault), ['Configuration', false, 'vCenter: InvalidArgument (spec.snapshot)']);
  });

  test('says what to do where that is known', () => {
    for (const invalidProperty of ['spec.location.host', 'spec.location.pool', 'spec.pool']) {
      const [, , message] = told(new VimFault('InvalidArgument', '', { invalidProperty }));
      assert.match(String(message), /in a cluster without DRS name a host with host=PATH in IAAS/);
    }
    const [, , message] = told(new VimFault('TooManySnapshotLevels', 'Levels 32 > 32.'));
    assert.match(String(message), /build a new origin instead of making one more snapshot of this one/);
  });

  test('that nobody knows may pass', () => {
    assert.deepEqual(told(new VimFault('SystemError', 'x')), [
      'Unavailable',
      true,
      'vCenter: SystemError: x',
    ]);
    assert.deepEqual(told(new VimUnreachable('h cannot be reached')), [
      'Unavailable',
      true,
      'h cannot be reached',
    ]);
  });

  test('of trust says how to trust', () => {
    const [code, retryable, message] = told(new VimUntrusted('h is not trusted: self-signed'));
    assert.deepEqual([code, retryable], ['Configuration', false]);
    assert.match(String(message), /^IAAS: h is not trusted: self-signed; .*ca=FILE.*thumbprint=/);
  });

  test('of others stays what it is', () => {
    const error = new TypeError('x');
    assert.equal(toProviderError(error), error);
  });

  test('passes by itself, or does not', () => {
    assert.ok(isPassing(new VimFault('HostNotConnected', '')));
    assert.ok(isPassing(new VimUnreachable('')));
    assert.ok(!isPassing(new VimFault('NoPermission', '')));
    assert.ok(!isPassing(new Error('x')));
  });
});
