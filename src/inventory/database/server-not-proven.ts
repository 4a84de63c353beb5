/** SQLSTATE protocol_violation: the rest of Cornac then treats the inventory as unavailable. */
const PROTOCOL_VIOLATION = '08P01';

/** The server at the inventory's address has not proven that it is the inventory. */
export class ServerNotProven extends Error {
  override readonly name = 'ServerNotProven';
  readonly code = PROTOCOL_VIOLATION;
  /**
   * Whether a new certificate would help: the server has none, or one of the right authority that is not
   * valid for it.
   */
  readonly requiresCertificate: boolean;

  constructor(
    found: string,
    expected: string,
    options: ErrorOptions & { requiresCertificate?: boolean } = {},
  ) {
    super(`the server at the address of the inventory ${found}; ${expected}`, options);
    this.requiresCertificate = options.requiresCertificate ?? false;
  }
}

// pg's message where a server answers SSLRequest with anything but yes.
const NO_TLS = 'The server does not support SSL connections';

// Codes of OpenSSL's verification, in Node's names.
const ANOTHER_AUTHORITY =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_[A-Z_]+|CERT_[A-Z_]+|INVALID_[A-Z_]+|PATH_LENGTH_EXCEEDED|ERR_SSL_.*CERT.*)$/;

const RENEWAL_CODES = new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED']);

function found(error: Error): string | undefined {
  if (error.message === NO_TLS) return 'offers no TLS';
  const { code, cert } = error as Error & { code?: unknown; cert?: { subjectaltname?: string } };
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `presents a certificate for other names (${cert?.subjectaltname ?? 'none'})`;
    case 'CERT_HAS_EXPIRED':
      return 'presents a certificate that has expired';
    case 'CERT_NOT_YET_VALID':
      return 'presents a certificate that is not valid yet, if the clock here is right';
    default:
      return typeof code === 'string' && ANOTHER_AUTHORITY.test(code)
        ? `presents a certificate of another authority (${code})`
        : undefined;
  }
}

const OWN =
  'If Cornac made the server, `cornac bootstrap` or a worker gives it a certificate. If it is your own PostgreSQL, set in ' +
  'DATABASE_URL how to verify it: sslmode=verify-full&sslrootcert=FILE, or sslmode=disable on a private network';

/** The error in words where a server's certificate does not prove it; undefined for any other error. */
export function toServerNotProven(error: Error, host: string, isOwn: boolean): ServerNotProven | undefined {
  const what = found(error);
  if (what === undefined) return undefined;
  const expected = isOwn
    ? `expected a certificate for ${host} of Cornac's authority, which is that of SECRET_KEY_FILE. ${OWN}`
    : `expected a certificate for ${host} of a trusted authority. sslrootcert in DATABASE_URL names another authority`;
  const { code = '' } = error as NodeJS.ErrnoException;
  const requiresCertificate = error.message === NO_TLS || RENEWAL_CODES.has(code);
  return new ServerNotProven(what, expected, { cause: error, requiresCertificate });
}
