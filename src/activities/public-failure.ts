import { ApplicationFailure } from '@temporalio/common';
import { GuestBusy } from '../guest/busy.ts';
import { AwsError } from '../model/errors.ts';
import { ProviderError, type ProviderErrorCode } from '../providers/provider.ts';
import { SshError, type SshErrorCode } from '../ssh/error.ts';

// Messages of errors are for the operator: they name hosts, addresses, paths, machines. These texts are for
// users of the API.
const ofProvider: Readonly<Record<ProviderErrorCode, string>> = {
  Configuration: 'a setting of Cornac is wrong; its operator finds the reason in the log of the worker',
  OriginNotFound: 'the origin of machines is not there',
  OriginBusy: 'the origin of machines is in use',
  InsufficientCapacity:
    'InsufficientDBInstanceCapacity: there is no room for the memory and storage that were asked for',
  MachineNotFound: 'its machine is not there',
  Unauthorized: 'the provider of machines refuses the credentials of Cornac',
  Conflict: 'the name or the address of its machine is taken by something else',
  Unsupported: 'the provider of machines cannot do this',
  HostKeyMismatch: 'its machine does not show the host key that was pinned',
  MachinePaused: 'its machine stands still until the operator of its host lets it go on',
  MachineOff: 'its machine goes off as often as it is started',
  MachineBusy: 'something that is no part of its machine, such as the snapshot of a backup, has to go first',
  StorageFull: 'the storage of its host is full',
  Unavailable: 'the provider of machines cannot be reached',
  Timeout: 'its machine did not get ready in time',
};

const ofSsh: Readonly<Record<SshErrorCode, string>> = {
  Unreachable: 'its machine cannot be reached',
  HostKeyMismatch: 'its machine does not show the host key that was pinned',
  AuthenticationFailed: 'its machine refuses the SSH key of Cornac',
  CommandFailed: 'a command on its machine failed',
  OutputTooLong: 'a command on its machine printed too much',
  Timeout: 'a command on its machine did not end in time',
  Disconnected: 'the connection to its machine was lost',
};

const ofActivity: ReadonlyMap<string | null | undefined, string> = new Map([
  ['Configuration', ofProvider.Configuration],
  ['GuestSilent', 'its machine does not answer'],
  ['DataDiskFull', 'its storage is full: allocate additional storage with ModifyDBInstance'],
  ['Recovering', 'its PostgreSQL did not end its recovery in time'],
  ['NotReached', 'a step did not do its work'],
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
