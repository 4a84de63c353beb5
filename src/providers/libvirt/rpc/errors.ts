import type { RemoteError } from './structures.ts';

/** The error codes of libvirt's `virterror.h` that the provider handles. */
export const ErrorCode = {
  noSupport: 3,
  invalidArg: 8,
  xmlError: 27,
  domainExists: 28,
  operationDenied: 29,
  systemError: 38,
  noDomain: 42,
  noNetwork: 43,
  authFailed: 45,
  noPool: 49,
  noVolume: 50,
  operationInvalid: 55,
  noNwfilter: 62,
  configUnsupported: 67,
  operationTimeout: 68,
  argumentUnsupported: 74,
  authCancelled: 79,
  operationUnsupported: 84,
  resourceBusy: 87,
  accessDenied: 88,
  cpuIncompatible: 91,
  authUnavailable: 94,
} as const;

/** An error that libvirt returned to a call. */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError';
  /** One of `ErrorCode`, or another number of `virterror.h`. */
  readonly code: number;

  constructor(procedure: string, error: RemoteError) {
    super(`${error.message ?? `error ${error.code}`} (${procedure})`);
    this.code = error.code;
  }
}

/** The connection failed: the socket or the ssh command ended, or never began. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** Whether the other side refused the connection, so that another attempt does not help. */
  readonly refused: boolean;

  constructor(message: string, options: { cause?: unknown; refused?: boolean } = {}) {
    super(message, { cause: options.cause });
    this.refused = options.refused ?? false;
  }
}

/** Libvirt did not answer in time. The call may still take effect. */
export class CallTimeout extends Error {
  override readonly name = 'CallTimeout';
}

export function isLibvirtError(error: unknown, ...codes: number[]): error is LibvirtError {
  return error instanceof LibvirtError && codes.includes(error.code);
}

/** The answer; undefined where libvirt returns one of these error codes. */
export async function orMissing<T>(answer: Promise<T>, ...codes: number[]): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isLibvirtError(error, ...codes)) return undefined;
    throw error;
  }
}
