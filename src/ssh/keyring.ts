import { readFile } from 'node:fs/promises';
import ssh2, {
  type AnyAuthMethod,
  BaseAgent,
  createAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';
import { SshError } from './error.ts';
import type { SshTarget } from './target.ts';

/** Cornac's SSH credentials: the agent at `agent` (SSH_AUTH_SOCK), or a private key file. Never a password. */
export interface SshAuth {
  readonly agent?: string | undefined;
  readonly keyFile?: string | undefined;
  /** The public key that machines accept (DEPLOY_KEY), `ssh-ed25519 AAAA…`: offered before the agent's others. */
  readonly first?: string | undefined;
}

/** A key to log in with. */
export interface Key {
  /** Its public half in base64. Empty for a key file. */
  readonly id: string;
  /** Logs in with this key only. `onOffer` is called when the key is offered. */
  method(username: string, onOffer: () => void): AnyAuthMethod;
}

/** The keys of Cornac, in the order in which a machine should be offered them. */
export interface Keyring {
  /** @throws SshError AuthenticationFailed where no key exists, or the agent does not answer */
  keysFor(target: SshTarget): Promise<Key[]>;
  /** Notes the key that a machine has accepted. */
  noteAccepted(target: SshTarget, key: Key): void;
}

/** An agent that has one of another agent's keys. */
class OneKey extends BaseAgent<ParsedKey> {
  readonly #agent: BaseAgent;
  readonly #key: ParsedKey;
  readonly #onOffer: () => void;

  constructor(agent: BaseAgent, key: ParsedKey, onOffer: () => void) {
    super();
    this.#agent = agent;
    this.#key = key;
    this.#onOffer = onOffer;
  }

  override getIdentities(done: IdentityCallback<ParsedKey>): void {
    this.#onOffer();
    done(undefined, [this.#key]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    done?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, done);
  }
}

function listKeys(agent: BaseAgent): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    agent.getIdentities((error, keys = []) => {
      if (error) return reject(error);
      const parsed = keys.map((key) => ssh2.utils.parseKey(key as Buffer));
      resolve(parsed.filter((key): key is ParsedKey => !(key instanceof Error)));
    });
  });
}

function idOf(key: ParsedKey): string {
  return key.getPublicSSH().toString('base64');
}

async function agentKeys(socket: string): Promise<Key[]> {
  const agent = createAgent(socket);
  const keys = await listKeys(agent).catch((cause: Error) => {
    throw new SshError(
      'AuthenticationFailed',
      `the SSH agent at ${socket} does not answer: ${cause.message}`,
      {
        cause,
      },
    );
  });
  if (keys.length === 0) throw new SshError('AuthenticationFailed', `the SSH agent at ${socket} has no keys`);
  return keys.map((key) => ({
    id: idOf(key),
    method: (username, onOffer) => ({ type: 'agent', username, agent: new OneKey(agent, key, onOffer) }),
  }));
}

async function fileKey(keyFile: string): Promise<Key[]> {
  const key = await readFile(keyFile);
  const method: Key['method'] = (username, onOffer) => {
    onOffer();
    return { type: 'publickey', username, key };
  };
  return [{ id: '', method }];
}

/**
 * Orders an agent's keys, because sshd ends a connection after six refused keys (MaxAuthTries), and may then
 * refuse connections for some time (PerSourcePenalties). First comes the key that the target accepted last,
 * then the key that any machine accepted last, then `first`.
 */
export function createKeyring({ agent, keyFile, first }: SshAuth): Keyring {
  const accepted = new Map<string, string>();
  const wanted = first?.split(' ')[1];
  let last: string | undefined;

  return {
    async keysFor({ host, port }) {
      if (keyFile !== undefined) return fileKey(keyFile);
      if (!agent) throw new SshError('AuthenticationFailed', 'no SSH key: set SSH_AUTH_SOCK or SSH_KEY_FILE');
      const best = [accepted.get(`${host}:${port}`), last, wanted];
      const rank = ({ id }: Key) => (best.includes(id) ? best.indexOf(id) : best.length);
      return (await agentKeys(agent)).toSorted((a, b) => rank(a) - rank(b));
    },

    noteAccepted({ host, port }, { id }) {
      if (id === '') return;
      last = id;
      accepted.set(`${host}:${port}`, id);
    },
  };
}
