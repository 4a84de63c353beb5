import { ApplicationFailure } from '@temporalio/common';
import { GuestBusy } from '../guest/busy.ts';
import { AGAIN, DISK_SIZE, LOCKED, NO_CLUSTER, NO_VERSION, STUCK } from '../guest/exit-status.ts';
import { AwsError } from '../model/errors.ts';
import { ProviderError, type ProviderErrorCode } from '../providers/provider.ts';
import { SshError, type SshErrorCode } from '../ssh/error.ts';
import { activityFailures } from './activity-failure.ts';

// Messages of errors are for the operator: they name hosts, addresses, paths, machines. These texts are for
// users of the API.
const ofProvider: Readonly<Record<ProviderErrorCode, string>> = {
  Configuration: activityFailures.Configuration,
  OriginNotFound: 'the origin that machines are cloned from does not exist',
  OriginBusy: 'the origin that machines are cloned from is in use',
  InsufficientCapacity: 'InsufficientDBInstanceCapacity: no room for the requested memory and storage',
  MachineNotFound: 'its machine does not exist',
  Unauthorized: 'the machine provider rejects the credentials of Cornac',
  Conflict: 'the name or the address of its machine is already in use',
  Unsupported: 'the machine provider does not support this',
  HostKeyMismatch: 'its machine presents another host key than the pinned one',
  MachinePaused: 'its machine is paused until the operator of its host resumes it',
  MachineOff: 'its machine powers off after each start',
  MachineBusy:
    'something else, such as the snapshot of a backup, holds its machine and must be removed first',
  StorageFull: 'the storage of its host is full',
  Unavailable: 'the machine provider is unreachable',
  Timeout: 'its machine was not ready in time',
};

const ofSsh: Readonly<Record<SshErrorCode, string>> = {
  Unreachable: 'its machine is unreachable',
  HostKeyMismatch: 'its machine presents another host key than the pinned one',
  AuthenticationFailed: 'its machine rejects the SSH key of Cornac',
  CommandFailed: 'a command on its machine failed',
  OutputTooLong: 'a command on its machine returned too much output',
  Timeout: 'a command on its machine did not finish in time',
  Disconnected: 'the connection to its machine was lost',
};

/** The exit statuses of the guest's verbs. */
const ofStatus: Readonly<Record<number, string>> = {
  [LOCKED]: 'sessions hold a lock in its PostgreSQL and do not end',
  [STUCK]: 'a process of its PostgreSQL waits for a device and cannot be ended',
  [NO_CLUSTER]: 'its machine has no database',
  [NO_VERSION]: 'its machine does not have its version of PostgreSQL',
  [DISK_SIZE]: 'its machine does not see the size of its storage',
  [AGAIN]: 'a command on its machine did not finish in time',
};

const ofActivity: ReadonlyMap<string | null | undefined, string> = new Map(Object.entries(activityFailures));

/**
 * The part of an error that users of the API may read: no address, path, host or machine name, and no text of
 * a guest. The worker's log and the workflow's history have the whole error.
 */
export function publicFailure(error: unknown): string {
  if (error instanceof AwsError) return error.message;
  if (error instanceof ProviderError) return ofProvider[error.code];
  if (error instanceof SshError) {
    const { exitCode } = error;
    if (exitCode === undefined) return ofSsh[error.code];
    return `${ofStatus[exitCode] ?? ofSsh[error.code]} (exit status ${exitCode})`;
  }
  if (error instanceof GuestBusy) return 'its PostgreSQL is still recovering';
  const type = error instanceof ApplicationFailure ? error.type : undefined;
  return ofActivity.get(type) ?? 'internal error';
}
