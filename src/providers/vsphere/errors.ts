import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { isFault, VimFault, VimUnreachable, VimUntrusted } from './vim/fault.ts';

const codes: Readonly<Record<string, ProviderErrorCode>> = {
  InvalidLogin: 'Unauthorized',
  NoPermission: 'Unauthorized',
  PasswordExpired: 'Unauthorized',
  DuplicateName: 'Conflict',
  NoDiskSpace: 'InsufficientCapacity',
  InsufficientStorageSpace: 'InsufficientCapacity',
  FileTooLarge: 'InsufficientCapacity',
  ManagedObjectNotFound: 'MachineNotFound',
  NotSupported: 'Unsupported',
  InvalidArgument: 'Configuration',
  InvalidRequest: 'Configuration',
  InvalidVmConfig: 'Configuration',
  InvalidDeviceSpec: 'Configuration',
  InvalidDatastore: 'Configuration',
  UncustomizableGuest: 'Configuration',
  ToolsUnavailable: 'Configuration',
};

/** What passes by itself soon: worth a few more tries before anybody is told. */
export const isPassing = (error: unknown): boolean =>
  error instanceof VimUnreachable ||
  isFault(
    error,
    'HostNotConnected',
    'HostNotReachable',
    'HostCommunication',
    'InvalidHostState',
    'TaskInProgress',
    'ConcurrentAccess',
    'ResourceInUse',
  );

/** The error of the port for one of vCenter's. Others stay what they are. */
export function toProviderError(error: unknown): unknown {
  if (error instanceof VimUnreachable)
    return new ProviderError('Unavailable', error.message, { cause: error });
  if (error instanceof VimUntrusted) {
    const hint = 'name its authority with ca=FILE, or its SHA-256 with thumbprint=…';
    return new ProviderError('Configuration', `IAAS: ${error.message}; ${hint}`, { cause: error });
  }
  if (!(error instanceof VimFault)) return error;
  const code =
    codes[error.fault] ?? (/^Insufficient/.test(error.fault) ? 'InsufficientCapacity' : 'Unavailable');
  return new ProviderError(code, `vCenter: ${error.message}${explain(error)}`, { cause: error });
}

function explain({ fault, detail }: VimFault): string {
  if (fault === 'NoPermission') return ` (the account lacks the privilege ${detail.privilegeId})`;
  if (fault === 'InvalidLogin') return ' (user and password of IAAS)';
  const property = detail.invalidProperty ?? detail.property;
  return property ? ` (${property})` : '';
}
