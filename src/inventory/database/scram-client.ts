import pg from 'pg';
import { ServerNotProven, whyNotProven } from './server-not-proven.ts';

declare module 'pg' {
  // Handlers of pg 8 by message of the server. A test sees that they are still called like this.
  interface ClientBase {
    readonly connection: {
      emit(event: 'error', error: Error): unknown;
      readonly stream: { destroy(): unknown };
    };
    _handleAuthCleartextPassword(message: unknown): void;
    _handleAuthMD5Password(message: unknown): void;
    _handleAuthSASLFinal(message: unknown): void;
    _handleReadyForQuery(message: unknown): void;
    _handleErrorWhileConnecting(error: Error): void;
    readonly saslSession: object | null;
    /** The server process, as the server, or what stands before it, has called it when it let in. */
    readonly processID: number | null;
  }
}

export interface ScramClientConfig extends pg.ClientConfig {
  /** Whether it is an inventory that Cornac made: then TLS is no reason to show the password. */
  readonly isOwn?: boolean;
}

const EXPECTED =
  'expected SCRAM-SHA-256. Is it the inventory? ' +
  'If it is, set password_encryption to scram-sha-256 there and the password anew, or use TLS in DATABASE_URL';

/**
 * A client of the inventory that shows its password to nobody. Any process may listen at the inventory's address while
 * that is down, and PostgreSQL's protocol lets the server choose how it is given the password. This client takes
 * SCRAM-SHA-256 alone, by which the server proves that it knows the password, too. Only a server of somebody else's that
 * has proven by TLS who it is may ask otherwise. Without a password it is as any other client.
 * @throws ServerNotProven from `connect`: the server asks for the password, lets in without proof, or its certificate is
 *   not the one to expect
 */
export class ScramClient extends pg.Client {
  readonly #isOwn: boolean;
  #isProven = false;

  constructor({ isOwn = false, ...config }: ScramClientConfig = {}) {
    super(config);
    this.#isOwn = isOwn;
  }

  get #mustProve(): boolean {
    // It is an object of TLS options, too.
    const ssl: unknown = this.ssl;
    const isVerified = ssl instanceof Object && 'rejectUnauthorized' in ssl ? ssl.rejectUnauthorized : ssl;
    return Boolean(this.password) && (this.#isOwn || !isVerified);
  }

  #refuse(asked: string): void {
    this.connection.emit('error', new ServerNotProven(asked, EXPECTED));
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

  override _handleErrorWhileConnecting(error: Error): void {
    super._handleErrorWhileConnecting(whyNotProven(error, this.host, this.#isOwn) ?? error);
  }
}
