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
    if (/No space left/.test(error.message)) {
      return new ProviderError('InsufficientCapacity', message, options);
    }
    if (/cannot allocate memory/i.test(error.message)) {
      // Room was promised before. Another program of the host has the memory now, and may free it soon.
      return new ProviderError('InsufficientCapacity', message, { ...options, retryable: true });
    }
    // An unknown error may be transient, and an operation of hours should not fail because of it.
    return new ProviderError(codes[error.code] ?? 'Unavailable', message, options);
  }
  return error;
}

/**
 * The same for the start of a machine. Libvirt accepted its definition before, and under load it may refuse it for
 * moments, for instance while it looks at QEMU again. So a refusal is worth a few more attempts.
 */
export function startError(host: string, error: unknown): unknown {
  const found = providerError(host, error);
  if (!(found instanceof ProviderError) || found.retryable) return found;
  return new ProviderError(found.code, found.message, { retryable: true, cause: error });
}
