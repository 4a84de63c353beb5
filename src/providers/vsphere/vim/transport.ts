import { Agent, request } from 'undici';
import { readVersion } from '../../../system/version.ts';
import { decodeBody } from './decode.ts';
import { encodeCall } from './encode.ts';
import { soapFault, VimUnreachable, VimUntrusted } from './fault.ts';
import type { Method, Value } from './schema.ts';
import { createConnector, type Trust } from './tls.ts';

export interface Transport {
  /**
   * Sends a call and returns its `returnval`.
   * @throws VimFault, VimUnreachable, VimUntrusted, or the signal's reason
   */
  send<M extends Method>(method: M, input: Value<M>, options?: SendOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly cookie?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly value: unknown;
  /** Returned when a session begins, which is before the login. */
  readonly cookie: string | undefined;
}

/** Longer than any slice of a wait, during which vCenter sends nothing. */
const MAX_SILENCE_MS = 60_000;

/** @param url such as `https://vcenter.example:443/sdk` */
export function createTransport(url: string, trust: Trust, silenceMs = MAX_SILENCE_MS): Transport {
  const agent = new Agent({
    connect: createConnector(trust),
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    // Shorter than the idle timeout of servers and load balancers, so that they rarely close a connection
    // during a call.
    keepAliveTimeout: 4_000,
  });
  const { host } = new URL(url);
  // Administrators see it in vCenter's list of sessions.
  const userAgent = `cornac/${readVersion()}`;

  async function send<M extends Method>(method: M, input: Value<M>, { cookie, signal }: SendOptions = {}) {
    const body = encodeCall(method, input);
    const answer = await post(body, cookie, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unreachable(host, error);
    });
    if (answer.status !== 200 && answer.status !== 500) {
      const why = answer.status === 503 ? ': vCenter is starting, or has no session left' : '';
      throw new VimUnreachable(`${host} answers with HTTP status ${answer.status}${why}`);
    }
    const content = decode(answer.text);
    if (content?.Fault !== undefined) throw soapFault(content.Fault);
    if (content === undefined || !(`${method}Response` in content)) {
      const what = 'but the response is not from vCenter: a proxy is in between, or vCenter is starting';
      throw new VimUnreachable(`${host} answers, with HTTP status ${answer.status}, ${what}`);
    }
    const response = content[`${method}Response`] as { returnval?: unknown };
    return { value: response.returnval, cookie: answer.cookie };
  }

  async function post(body: string, cookie: string | undefined, signal: AbortSignal | undefined) {
    const response = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: '"urn:vim25/6.5"',
        'user-agent': userAgent,
        ...(cookie ? { cookie } : {}),
      },
      body,
      ...(signal ? { signal } : {}),
    });
    const text = await response.body.text();
    const set = [response.headers['set-cookie'] ?? []]
      .flat()
      .find((line) => line.startsWith('vmware_soap_session='));
    return { status: response.statusCode, text, cookie: set?.split(';', 1)[0] };
  }

  return { send, close: () => agent.destroy() };
}

function decode(text: string): Record<string, unknown> | undefined {
  try {
    return decodeBody(text);
  } catch {
    return undefined;
  }
}

const untrusted = /CERT|ISSUER|SIGNATURE|ALTNAME/;

function unreachable(host: string, error: unknown): Error {
  if (error instanceof VimUntrusted) {
    return new VimUntrusted(`${host} is not trusted: ${error.message}`, { isOther: error.isOther });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (untrusted.test(code)) return new VimUntrusted(`${host} is not trusted: ${message} (${code})`);
  return new VimUnreachable(`${host} is unreachable: ${message}`);
}
