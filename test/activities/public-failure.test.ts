import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { type ActivityFailureType, finalFailure } from '../../src/activities/activity-failure.ts';
import { publicFailure } from '../../src/activities/public-failure.ts';
import { GuestBusy } from '../../src/guest/busy.ts';
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
const ofActivity: Readonly<Record<ActivityFailureType, true>> = {
  Configuration: true,
  GuestSilent: true,
  DataDiskFull: true,
  Recovering: true,
  NotReached: true,
  NoRepository: true,
  NoSnapshot: true,
  SourceAway: true,
  NotReplicating: true,
  NotHeld: true,
};
const activityTypes = Object.keys(ofActivity) as ActivityFailureType[];
const guestScripts = resolve('appliance/guest');
const names = readdirSync(guestScripts, { withFileTypes: true }).flatMap((each) =>
  each.isFile() ? [each.name] : [],
);
/** Every exit status that a verb of the guest names. */
const exitStatuses = [
  ...new Set(
    names.flatMap((name) =>
      [...readFileSync(join(guestScripts, name), 'utf8').matchAll(/^[A-Z]+=(\d+)$|\bfail (\d+) /gm)].map(
        ([, named, given]) => Number(named ?? given),
      ),
    ),
  ),
].filter((status) => status > 0 && status < 128);
const providerCodes = Object.keys(ofProvider) as ProviderErrorCode[];
const sshCodes = Object.keys(ofSsh) as SshErrorCode[];

test('no error of any kind shows users of the API an address, a path, a host or the text of a program', () => {
  assert.ok(exitStatuses.length > 5, String(exitStatuses));
  const errors = [
    ...providerCodes.map((code) => new ProviderError(code, PRIVATE)),
    ...sshCodes.map((code) => new SshError(code, PRIVATE, { stderr: PRIVATE, exitCode: 3 })),
    ...exitStatuses.map(
      (exitCode) => new SshError('CommandFailed', PRIVATE, { stderr: `verb: ${PRIVATE}`, exitCode }),
    ),
    ...activityTypes.map((type) => finalFailure(type, PRIVATE)),
    new GuestBusy('start', PRIVATE),
    Object.assign(new Error(PRIVATE), { code: 'ECONNREFUSED' }),
    new AggregateError([new Error(PRIVATE)], PRIVATE),
    undefined,
    ApplicationFailure.nonRetryable(PRIVATE, 'made up by somebody'),
    new TypeError(PRIVATE),
    PRIVATE,
  ];
  for (const error of errors) {
    const text = publicFailure(error);
    // Whole words of Cornac, as a sentence goes on after a colon.
    assert.match(text, /^[A-Za-z][A-Za-z',;: -]+[a-zA-Z](?: \(exit status \d+\))?$/);
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
  const locked = new SshError('CommandFailed', PRIVATE, { exitCode: 55 });
  assert.equal(
    publicFailure(locked),
    'sessions hold a lock in its PostgreSQL and do not end (exit status 55)',
  );
});
