import { setTimeout as delay } from 'node:timers/promises';
import { isFault, VimFault, VimUnreachable } from './fault.ts';
import { missingFaults } from './missing.ts';
import { parseResult, type Result } from './results.ts';
import type { Method, Ref, Value } from './schema.ts';
import type { Trust } from './tls.ts';
import { createTransport, type SendOptions } from './transport.ts';

/** vCenter's web service. Logs in at the first call. */
export interface Vim {
  /**
   * Calls a method and returns its result, decoded, and checked where it has a type. A lost session is
   * renewed once for all callers, and the call is repeated. A read is repeated while the server is
   * unreachable. A change is not: the caller finds out its outcome.
   * @throws VimFault, VimUnreachable, VimUntrusted
   */
  call<M extends Method>(
    method: M,
    input: Value<M>,
    options?: Pick<SendOptions, 'signal'>,
  ): Promise<Result<M>>;
  /** The service's own objects. */
  content(): Promise<ServiceContent>;
  /** Logs out and closes connections. */
  close(): Promise<void>;
}

export interface ServiceContent {
  readonly about: { readonly apiType: string; readonly apiVersion: string; readonly fullName: string };
  readonly rootFolder: Ref;
  readonly propertyCollector: Ref;
  readonly searchIndex: Ref;
  readonly sessionManager: Ref;
  readonly authorizationManager: Ref;
  readonly eventManager: Ref;
}

export interface VimOptions {
  /** Such as `https://vcenter.example/sdk`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly trust: Trust;
  /** How long reads are repeated after a server that was reached becomes unreachable. */
  readonly readRetryMs?: number | undefined;
  /** How long the server may send nothing during a call. */
  readonly silenceMs?: number | undefined;
  /**
   * How long no login is attempted after vCenter refused the password. Five refusals within three minutes
   * lock an account of vCenter's own domain against any password, and other processes use the same account.
   */
  readonly refusedMs?: number;
}

interface Session {
  readonly cookie: string | undefined;
  readonly content: ServiceContent;
}

const serviceInstance: Ref = { type: 'ServiceInstance', value: 'ServiceInstance' };
function isRead(method: Method) {
  return /^(RetrieveP|Find|Query)/.test(method);
}

export function createVim({
  url,
  user,
  password,
  trust,
  readRetryMs = 30_000,
  silenceMs,
  refusedMs = 3 * 60_000,
}: VimOptions): Vim {
  const transport = createTransport(url, trust, silenceMs);
  let current: Promise<Session> | undefined;
  let wasReached = false;
  let refusal: { readonly fault: VimFault; readonly until: number } | undefined;

  async function login(): Promise<Session> {
    if (refusal && Date.now() < refusal.until) throw refusal.fault;
    const { value, cookie } = await transport.send('RetrieveServiceContent', { _this: serviceInstance });
    wasReached = true;
    const content = value as ServiceContent;
    const input = { _this: content.sessionManager, userName: user, password };
    try {
      // Without the cookie vCenter would open a second session, and its number of sessions is limited.
      const given = await transport.send('Login', input, { cookie });
      refusal = undefined;
      return { cookie: given.cookie ?? cookie, content };
    } catch (error) {
      if (isFault(error, 'InvalidLogin', 'PasswordExpired')) {
        const until = Date.now() + refusedMs;
        const when = new Date(until).toISOString().replace(/\..*/, 'Z');
        const message = `${error.message.replace(/^\w+: ?/, '')} (not retried before ${when}, because a retry could lock the account)`;
        refusal = { fault: new VimFault(error.fault, message.trim(), error.detail), until };
      }
      throw error;
    }
  }

  function session(): Promise<Session> {
    if (current) return current;
    const begun = login();
    current = begun;
    begun.catch(() => forget(begun));
    return begun;
  }

  function forget(ended: Promise<Session>): void {
    if (current === ended) current = undefined;
  }

  async function retryUnreachable<T>(work: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + readRetryMs;
    for (let pause = 100; ; pause = Math.min(2 * pause, 2000)) {
      try {
        return await work();
      } catch (error) {
        const isTransient = error instanceof VimUnreachable && wasReached;
        if (!isTransient || Date.now() + pause > deadline) throw error;
        await delay(pause);
      }
    }
  }

  async function call<M extends Method>(
    method: M,
    input: Value<M>,
    options?: Pick<SendOptions, 'signal'>,
  ): Promise<Result<M>> {
    let used: Promise<Session> | undefined;
    const send = async () => {
      used = session();
      const { value } = await transport.send(method, input, { ...options, cookie: (await used).cookie });
      if (/RetrieveProperties/.test(method)) refuseEnded(method, value);
      return parseResult(method, value);
    };
    const attempt = async () => {
      if (isRead(method)) return retryUnreachable(send);
      await retryUnreachable(session); // a login changes nothing
      return send();
    };
    try {
      return await attempt();
    } catch (error) {
      if (!isFault(error, 'NotAuthenticated') || !used) throw error;
      forget(used);
      return attempt();
    }
  }

  async function close(): Promise<void> {
    const ended = await current?.catch(() => undefined);
    current = undefined;
    if (ended) {
      const logout = { _this: ended.content.sessionManager };
      await transport.send('Logout', logout, { cookie: ended.cookie }).catch(() => {}); // it expires by itself
    }
    await transport.close();
  }

  return { call, content: async () => (await retryUnreachable(session)).content, close };
}

/** After the session has ended, a read can return objects without any property, and no fault. */
function refuseEnded(method: Method, result: unknown): void {
  const objects =
    method === 'RetrieveProperties' ? result : (result as { objects?: unknown } | undefined)?.objects;
  const fault = missingFaults(objects).find((missing) => isFault(missing, 'NotAuthenticated'));
  if (fault) throw fault;
}
