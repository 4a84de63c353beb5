import assert from 'node:assert/strict';
import { test } from 'node:test';
import { providerError, startError } from '../../../src/providers/libvirt/failure.ts';
import {
  CallTimeout,
  ConnectionError,
  ErrorCode,
  LibvirtError,
} from '../../../src/providers/libvirt/rpc/errors.ts';
import { ProviderError } from '../../../src/providers/provider.ts';

function said(code: number, message: string) {
  return new LibvirtError('call', { code, domain: 0, message, level: 2 });
}

function translated(error: unknown): ProviderError {
  const found = providerError('kvm1', error);
  assert.ok(found instanceof ProviderError);
  return found;
}

test('transient errors are retryable, errors that need a person are not', () => {
  const table: [unknown, string, boolean][] = [
    [new ConnectionError('closed'), 'Unavailable', true],
    [new ConnectionError('no permission', { refused: true }), 'Unauthorized', false],
    [new CallTimeout('30 s'), 'Unavailable', true],
    [said(ErrorCode.noPool, 'no pool'), 'Configuration', false],
    [said(ErrorCode.authFailed, 'polkit'), 'Unauthorized', false],
    [said(ErrorCode.operationInvalid, 'being allocated'), 'Unavailable', true],
    [said(ErrorCode.systemError, 'write: No space left on device'), 'InsufficientCapacity', false],
    [
      said(ErrorCode.systemError, 'cannot set up guest memory: Cannot allocate memory'),
      'InsufficientCapacity',
      true,
    ],
    [said(67, 'unsupported configuration: Maximum CPUs greater than limit 288'), 'Unsupported', false],
    [said(27, 'XML error: No PCI buses available'), 'Unsupported', false],
    [said(74, 'argument unsupported'), 'Unsupported', false],
    [said(91, 'the CPU is incompatible with host CPU'), 'Unsupported', false],
    // "could not find capabilities" passes when libvirt has looked at QEMU again.
    [said(ErrorCode.invalidArg, 'invalid argument: could not find capabilities'), 'Unavailable', true],
    [said(1, 'internal error'), 'Unavailable', true],
  ];
  for (const [error, code, retryable] of table) {
    const found = translated(error);
    assert.deepEqual([found.code, found.retryable], [code, retryable], found.message);
    assert.match(found.message, /^libvirt on kvm1: /);
  }
});

test('what libvirt refuses at the start of a machine is worth another attempt', () => {
  const unsupported = startError('kvm1', said(67, 'unsupported configuration: KVM is not available'));
  assert.ok(unsupported instanceof ProviderError);
  assert.deepEqual([unsupported.code, unsupported.retryable], ['Unsupported', true]);
  const closed = startError('kvm1', new ConnectionError('closed'));
  assert.ok(closed instanceof ProviderError);
  assert.equal(closed.code, 'Unavailable');
  const bug = new TypeError('undefined is not a function');
  assert.equal(startError('kvm1', bug), bug);
});

test('errors of the port and bugs stay as they are', () => {
  const own = new ProviderError('Conflict', 'taken');
  const bug = new TypeError('undefined is not a function');
  assert.equal(providerError('kvm1', own), own);
  assert.equal(providerError('kvm1', bug), bug);
});
