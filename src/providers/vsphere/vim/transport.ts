import { Agent, request } from 'undici';
import { decodeBody } from './decode.ts';
import { encodeCall } from './encode.ts';
import { soapFault, VimUnreachable, VimUntrusted } from './fault.ts';
import type { Method, Value } from './schema.ts';
import { createConnector, type Trust } from './tls.ts';

export interface Transport {
  /** Sends a call and gives its `returnval`. @throws VimFault, VimUnreachable, VimUntrusted, or the signal's reason */
  send<M extends Method>(method: M, input: Value<M>, options?: SendOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface SendOptions {
  readonly cookie?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly value: unknown;
  /** Given when a session begins. */
  readonly cookie: string | undefined;
}

/** Longer than any slice of a wait: vCenter says nothing meanwhile. */
const maxSilenceMs = 60_000;

/** @param url such as `https://vcenter.example:443/sdk` */
export function createTransport(url: string, trust: Trust, silenceMs = maxSilenceMs): Transport {
  const agent = new Agent({
    connect: createConnector(trust),
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
    // Below what servers and load balancers keep, so that they close few connections under a call.
    keepAliveTimeout: 4_000,
  });
  const { host } = new URL(url);

  async function send<M extends Method>(method: M, input: Value<M>, { cookie, signal }: SendOptions = {}) {
    const body = encodeCall(method, input);
    const answer = await post(body, cookie, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unreachable(host, error);
    });
    if (answer.status !== 200 && answer.status !== 500) {
      throw new VimUnreachable(`${host} answers with HTTP status ${answer.status}`);
    }
    const content = decodeBody(answer.text);
    if (content.Fault !== undefined) throw soapFault(content.Fault);
    const response = content[`${method}Response`] as { returnval?: unknown } | undefined;
    return { value: response?.returnval, cookie: answer.cookie };
  }

  async function post(body: string, cookie: string | undefined, signal: AbortSignal | undefined) {
    const response = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'text/xml; charset=utf-8',
        soapaction: '"urn:vim25/6.5"',
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

const untrusted = /CERT|ISSUER|SIGNATURE|ALTNAME/;

function unreachable(host: string, error: unknown): Error {
  if (error instanceof VimUntrusted) return new VimUntrusted(`${host} is not trusted: ${error.message}`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  if (untrusted.test(code)) return new VimUntrusted(`${host} is not trusted: ${message} (${code})`);
  return new VimUnreachable(`${host} cannot be reached: ${message}`);
}
