import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { CallTimeout, ConnectionError, ErrorCode, LibvirtError } from './rpc/errors.ts';

const codes: Record<number, ProviderErrorCode> = {
  [ErrorCode.noDomain]: 'MachineNotFound',
  [ErrorCode.noNetwork]: 'Configuration',
  [ErrorCode.noPool]: 'Configuration',
  [ErrorCode.authFailed]: 'Unauthorized',
  [ErrorCode.authCancelled]: 'Unauthorized',
  [ErrorCode.authUnavailable]: 'Unauthorized',
  [ErrorCode.operationDenied]: 'Unauthorized',
  [ErrorCode.accessDenied]: 'Unauthorized',
  [ErrorCode.operationTimeout]: 'Unavailable',
  [ErrorCode.domainExists]: 'Conflict',
  [ErrorCode.noSupport]: 'Unsupported',
  [ErrorCode.operationUnsupported]: 'Unsupported',
  // A definition that libvirt refuses, e.g. more CPUs than the type of machine can have. `invalidArg` is not here,
  // because libvirt also returns it before it has looked at QEMU.
  [ErrorCode.xmlError]: 'Unsupported',
  [ErrorCode.configUnsupported]: 'Unsupported',
  [ErrorCode.argumentUnsupported]: 'Unsupported',
  [ErrorCode.cpuIncompatible]: 'Unsupported',
  // Another job holds the object, e.g. a volume that is still being copied for an attempt that was given up.
  [ErrorCode.resourceBusy]: 'Unavailable',
  [ErrorCode.operationInvalid]: 'Unavailable',
};

/** Turns errors of libvirt and its connection into the port's errors. Any other error is a bug and stays. */
export function providerError(host: string, error: unknown): unknown {
  const options = { cause: error };
  if (error instanceof ConnectionError) {
    const code = error.refused ? 'Unauthorized' : 'Unavailable';
    return new ProviderError(code, `libvirt on ${host}: ${error.message}`, options);
  }
  if (error instanceof CallTimeout) {
    return new ProviderError('Unavailable', `libvirt on ${host}: ${error.message}`, options);
  }
  if (error instanceof LibvirtError) {
    const message = `libvirt on ${host}: ${error.message}`;
    if (/No space left|cannot allocate memory|Cannot allocate memory/.test(error.message)) {
      return new ProviderError('InsufficientCapacity', message, options);
    }
    // An unknown error may be transient, and an operation of hours should not fail because of it.
    return new ProviderError(codes[error.code] ?? 'Unavailable', message, options);
  }
  return error;
}
