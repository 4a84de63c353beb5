import pg from 'pg';
import { ServerNotProven, toServerNotProven } from './server-not-proven.ts';

declare module 'pg' {
  // Handlers of pg 8, by message of the server. A test checks that pg still calls them.
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
    /** The id of the server process, as the server or a pooler sent it after the login. */
    readonly processID: number | null;
  }
}

export interface ScramClientConfig extends pg.ClientConfig {
  /** Whether Cornac made the inventory. Then even verified TLS does not allow to send the password. */
  readonly isOwn?: boolean;
}

const EXPECTED =
  'expected SCRAM-SHA-256. Is it the inventory? ' +
  'If it is, set password_encryption to scram-sha-256 there and the password anew, or use TLS in DATABASE_URL';

/**
 * A client of the inventory that never reveals its password. Any process may listen at the inventory's
 * address while the inventory is down, and PostgreSQL's protocol lets the server choose how the password is
 * sent. This client accepts only SCRAM-SHA-256, by which the server also proves that it knows the password.
 * The one exception is a server that Cornac did not make and that TLS has verified. Without a password the
 * client behaves like any other.
 * @throws ServerNotProven from `connect`: the server asks for the password, accepts the login without proof,
 *   or its certificate is not the expected one
 */
export class ScramClient extends pg.Client {
  readonly #isOwn: boolean;
  #isProven = false;

  constructor({ isOwn = false, ...config }: ScramClientConfig = {}) {
    super(config);
    this.#isOwn = isOwn;
  }

  get #mustProve(): boolean {
    // `ssl` may also be an object of TLS options.
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
    // pg removes the session once the server's signature is verified.
    this.#isProven = this.saslSession === null;
  }

  override _handleReadyForQuery(message: unknown): void {
    if (this.#mustProve && !this.#isProven) {
      this.#refuse('accepts the login without proof that it knows the password');
    } else {
      super._handleReadyForQuery(message);
    }
  }

  override _handleErrorWhileConnecting(error: Error): void {
    super._handleErrorWhileConnecting(toServerNotProven(error, this.host, this.#isOwn) ?? error);
  }
}
