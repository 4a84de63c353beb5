import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { publicFailure } from '../../src/activities/public-failure.ts';
import { dbInstanceNotFound } from '../../src/model/errors.ts';
import { ProviderError, type ProviderErrorCode } from '../../src/providers/provider.ts';
import { SshError, type SshErrorCode } from '../../src/ssh/error.ts';

const PRIVATE = 'root@10.1.2.3:2222 /var/lib/cornac/machines/cornac-a kvm1.example.org';
// As records, because a code that is missing here does not compile.
const ofProvider: Readonly<Record<ProviderErrorCode, true>> = {
  Configuration: true,
  OriginNotFound: true,
  OriginBusy: true,
  InsufficientCapacity: true,
  MachineNotFound: true,
  Unauthorized: true,
  Conflict: true,
  Unsupported: true,
  HostKeyMismatch: true,
  MachinePaused: true,
  MachineOff: true,
  MachineBusy: true,
  StorageFull: true,
  Unavailable: true,
  Timeout: true,
};
const ofSsh: Readonly<Record<SshErrorCode, true>> = {
  Unreachable: true,
  HostKeyMismatch: true,
  AuthenticationFailed: true,
  CommandFailed: true,
  OutputTooLong: true,
  Timeout: true,
  Disconnected: true,
};
const providerCodes = Object.keys(ofProvider) as ProviderErrorCode[];
const sshCodes = Object.keys(ofSsh) as SshErrorCode[];

test("no error shows users of the API an address, a path, a host or a guest's text", () => {
  const errors = [
    ...providerCodes.map((code) => new ProviderError(code, PRIVATE)),
    ...sshCodes.map((code) => new SshError(code, PRIVATE, { stderr: PRIVATE, exitCode: 3 })),
    ApplicationFailure.nonRetryable(PRIVATE, 'Configuration'),
    ApplicationFailure.nonRetryable(PRIVATE, 'GuestSilent'),
    ApplicationFailure.nonRetryable(PRIVATE, 'made up by somebody'),
    new TypeError(PRIVATE),
    PRIVATE,
  ];
  for (const error of errors) {
    const text = publicFailure(error);
    assert.ok(text.length > 5);
    for (const word of PRIVATE.split(/[ @:]/)) assert.ok(!text.includes(word), `${text} tells ${word}`);
  }
});

test('the text for a paused machine does not claim that its operator paused it', () => {
  const text = publicFailure(new ProviderError('MachinePaused', PRIVATE));
  assert.doesNotMatch(text, /paused by/);
  assert.match(text, /operator of its host/);
});

test('errors of the catalogue and exit statuses of guest scripts are shown', () => {
  assert.equal(publicFailure(dbInstanceNotFound('a')), 'DBInstance a not found.');
  const failed = new SshError('CommandFailed', PRIVATE, { exitCode: 3 });
  assert.equal(publicFailure(failed), 'a command on its machine failed (exit status 3)');
});
