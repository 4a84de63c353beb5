import pg from 'pg';

declare module 'pg' {
  // Handlers of pg 8 by message of the server. A test sees that they are still called like this.
  interface ClientBase {
    readonly connection: {
      emit(event: 'error', error: Error): unknown;
      readonly stream: { destroy(): unknown };
    };
    readonly ssl: unknown;
    _handleAuthCleartextPassword(message: unknown): void;
    _handleAuthMD5Password(message: unknown): void;
    _handleAuthSASLFinal(message: unknown): void;
    _handleReadyForQuery(message: unknown): void;
    readonly saslSession: object | null;
  }
}

/** SQLSTATE protocol_violation: for the rest of Cornac the inventory cannot be reached then. */
const PROTOCOL_VIOLATION = '08P01';

const refusal = (asked: string): Error =>
  Object.assign(
    new Error(
      `the server at the address of the inventory ${asked}; expected SCRAM-SHA-256. Is it the inventory? ` +
        'If it is, set password_encryption to scram-sha-256 there and the password anew, or use TLS in DATABASE_URL',
    ),
    { code: PROTOCOL_VIOLATION },
  );

/**
 * A client of the inventory that shows its password to nobody. Any process may listen at the inventory's address while
 * that is down, and PostgreSQL's protocol lets the server choose how it is given the password. Without TLS this client
 * takes SCRAM-SHA-256 alone, by which the server proves that it knows the password, too. Without a password, and with TLS,
 * it is as any other client.
 * @throws Error 08P01 from `connect` when the server asks for the password, or lets in without proof
 */
export class ScramClient extends pg.Client {
  #isProven = false;

  get #mustProve(): boolean {
    return Boolean(this.password) && !this.ssl;
  }

  #refuse(asked: string): void {
    this.connection.emit('error', refusal(asked));
    this.connection.stream.destroy();
  }

  override _handleAuthCleartextPassword(message: unknown): void {
    if (this.#mustProve) this.#refuse('asks for the password in clear text');
    else super._handleAuthCleartextPassword(message);
  }

  override _handleAuthMD5Password(message: unknown): void {
    if (this.#mustProve) this.#refuse('asks for an MD5 hash of the password');
    else super._handleAuthMD5Password(message);
  }

  override _handleAuthSASLFinal(message: unknown): void {
    super._handleAuthSASLFinal(message);
    // It is forgotten when the server's signature was right.
    this.#isProven = this.saslSession === null;
  }

  override _handleReadyForQuery(message: unknown): void {
    if (this.#mustProve && !this.#isProven) this.#refuse('lets in without knowing the password');
    else super._handleReadyForQuery(message);
  }
}
