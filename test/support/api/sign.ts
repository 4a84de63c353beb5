import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RawRequest } from '../../../src/api/protocol/canonical.ts';
import { ACCESS_KEY, REGION, SECRET_KEY } from './gateway.ts';

export interface SignOptions {
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  readonly at?: Date;
  /** Presigns the request for this many seconds. */
  readonly expiresIn?: number;
}

/** A request signed by AWS's own signer. */
export async function signRequest(options: SignOptions = {}): Promise<RawRequest> {
  const { method = 'POST', path = '/rds/', query = {}, headers = {}, body = '', at = new Date() } = options;
  const { accessKeyId = ACCESS_KEY, secretAccessKey = SECRET_KEY, sessionToken } = options;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) },
    region: options.region ?? REGION,
    service: options.service ?? 'rds',
    sha256: Sha256,
  });
  const request = new HttpRequest({
    method,
    protocol: 'http:',
    hostname: 'localhost',
    path,
    query,
    headers: { host: 'localhost:5000', ...headers },
    ...(body === '' ? {} : { body }),
  });
  const signed =
    options.expiresIn === undefined
      ? await signer.sign(request, { signingDate: at })
      : await signer.presign(request, { signingDate: at, expiresIn: options.expiresIn });
  return {
    method,
    url: signed.path + queryPart(signed.query ?? {}),
    rawHeaders: Object.entries(signed.headers).flat(),
    body: Buffer.from(body),
  };
}

function queryPart(query: Record<string, string | string[] | null>): string {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values ?? ''].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** A call of RDS in the form that `inject` takes, with parameters as on the wire. */
export async function signedCall(body: string, options: SignOptions = {}) {
  const request = await signRequest({
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
    ...options,
  });
  return {
    method: options.method ?? ('POST' as const),
    url: request.url,
    headers: Object.fromEntries(pairs(request.rawHeaders)),
    payload: Buffer.from(request.body),
  };
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, index) =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as [string, string]] : [],
  );
}
