import { ApplicationFailure } from '@temporalio/common';
import { GuestBusy } from '../guest/busy.ts';
import { AwsError } from '../model/errors.ts';
import { ProviderError, type ProviderErrorCode } from '../providers/provider.ts';
import { SshError, type SshErrorCode } from '../ssh/error.ts';

// Messages of errors are for the operator: they name hosts, addresses, paths, machines. These texts are for
// users of the API.
const ofProvider: Readonly<Record<ProviderErrorCode, string>> = {
  Configuration: 'Cornac is misconfigured; its operator finds the reason in the log of the worker',
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

const ofActivity: ReadonlyMap<string | null | undefined, string> = new Map([
  ['Configuration', ofProvider.Configuration],
  ['GuestSilent', 'its machine does not answer'],
  ['DataDiskFull', 'its storage is full: allocate additional storage with ModifyDBInstance'],
  ['Recovering', 'its PostgreSQL did not finish its recovery in time'],
  ['NotReached', 'a step had no effect'],
  ['NoRepository', 'it has no repository of backups'],
  ['NotHeld', 'another operation has taken over'],
]);

/**
 * The part of an error that users of the API may read: no address, path, host or machine name, and no text of
 * a guest. The worker's log and the workflow's history have the whole error.
 */
export function publicFailure(error: unknown): string {
  if (error instanceof AwsError) return error.message;
  if (error instanceof ProviderError) return ofProvider[error.code];
  if (error instanceof SshError) {
    const status = error.exitCode === undefined ? '' : ` (exit status ${error.exitCode})`;
    return `${ofSsh[error.code]}${status}`;
  }
  if (error instanceof GuestBusy) return 'its PostgreSQL is still recovering';
  const type = error instanceof ApplicationFailure ? error.type : undefined;
  return ofActivity.get(type) ?? 'internal error';
}
