import { incompleteSignature, missingAuthenticationToken } from '../../model/errors.ts';
import { groupHeaders, type RawRequest, splitUrl } from './canonical.ts';
import { type Parameters, parseForm } from './query.ts';

/**
 * What a request states about its signature, in the `Authorization` header or (presigned) in its query part.
 */
export interface Authorization {
  readonly accessKeyId: string;
  readonly scope: { readonly date: string; readonly region: string; readonly service: string };
  /** Lower-case, sorted. */
  readonly signedHeaders: readonly string[];
  /** `20261123T045505Z`: the time of signing. */
  readonly timestamp: string;
  readonly signature: string;
  /** Seconds for which a presigned request is valid. */
  readonly expires: number | undefined;
  readonly sessionToken: boolean;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The whole query part, decoded. */
  readonly query: Parameters;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Seven days: "X-Amz-Expires" in the AWS guide on Signature Version 4. */
const MAX_EXPIRES = 604_800;

/**
 * @throws AwsError `MissingAuthenticationToken` for an unsigned request, `IncompleteSignature` for a
 *   signature with a part that is missing or malformed
 */
export function readAuthorization(request: RawRequest): Authorization {
  const headers = groupHeaders(request.rawHeaders);
  const query = parseForm(splitUrl(request.url).query);
  const [authorization, ...more] = headers.get('authorization') ?? [];
  const presigned = query.some(([name]) => name === 'X-Amz-Algorithm');
  if (authorization === undefined && !presigned) throw missingAuthenticationToken();
  if (authorization !== undefined && (presigned || more.length > 0)) {
    throw incompleteSignature('A request must carry one signature only.');
  }

  const parts = authorization === undefined ? fromQuery(query) : fromHeader(authorization, headers);
  return { ...parts, headers, query };
}

type Parts = Omit<Authorization, 'headers' | 'query'>;

function fromHeader(authorization: string, headers: Authorization['headers']): Parts {
  const [algorithm, ...rest] = authorization.trim().split(/\s+/);
  if (algorithm !== ALGORITHM) {
    throw incompleteSignature(`The Authorization header must begin with '${ALGORITHM}'.`);
  }
  const fields = new Map<string, string>();
  for (const pair of rest.join('').split(',')) {
    const equals = pair.indexOf('=');
    if (equals < 0) {
      throw incompleteSignature('Every part of the Authorization header must be a key=value pair.');
    }
    fields.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  const field = (name: string) => fields.get(name) ?? '';
  const missing = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => field(name) === '')
    .map((name) => `Authorization header requires '${name}' parameter.`);
  const date = headers.get('x-amz-date') ?? headers.get('date')?.map(fromHttpDate);
  if (!date) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (missing.length > 0) throw incompleteSignature(missing.join(' '));
  return {
    ...readCredential(field('Credential')),
    signedHeaders: readSignedHeaders(field('SignedHeaders')),
    signature: field('Signature'),
    timestamp: readTimestamp(String(date)),
    expires: undefined,
    sessionToken: headers.has('x-amz-security-token'),
  };
}

function fromQuery(query: Parameters): Parts {
  const fields = new Map(query);
  const field = (name: string) => fields.get(`X-Amz-${name}`) ?? '';
  const missing = ['Credential', 'Signature', 'SignedHeaders', 'Date', 'Expires']
    .filter((name) => field(name) === '')
    .map((name) => `X-Amz-${name}`);
  if (missing.length > 0) {
    throw incompleteSignature(`AWS query-string parameters must include ${missing.join(', ')}.`);
  }
  if (field('Algorithm') !== ALGORITHM) throw incompleteSignature(`X-Amz-Algorithm must be '${ALGORITHM}'.`);
  const expires = Number(/^[1-9]\d{0,5}$/.exec(field('Expires'))?.[0]);
  if (!(expires <= MAX_EXPIRES)) {
    throw incompleteSignature(`X-Amz-Expires must be between 1 and ${MAX_EXPIRES} seconds.`);
  }
  return {
    ...readCredential(field('Credential')),
    signedHeaders: readSignedHeaders(field('SignedHeaders')),
    signature: field('Signature'),
    timestamp: readTimestamp(field('Date')),
    expires,
    sessionToken: fields.has('X-Amz-Security-Token'),
  };
}

function readCredential(credential: string): Pick<Parts, 'accessKeyId' | 'scope'> {
  const [accessKeyId, date, region, service, terminator, ...more] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request' || more.length > 0) {
    throw incompleteSignature(
      'Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request.',
    );
  }
  return { accessKeyId, scope: { date, region, service } };
}

function readSignedHeaders(names: string): string[] {
  return names.toLowerCase().split(';').sort();
}

function readTimestamp(text: string): string {
  if (!/^\d{8}T\d{6}Z$/.test(text) || Number.isNaN(timestampToMillis(text))) {
    throw incompleteSignature("Date must be in ISO-8601 'basic format'.");
  }
  return text;
}

function fromHttpDate(date: string): string {
  const millis = Date.parse(date);
  return Number.isNaN(millis) ? date : toTimestamp(millis);
}

/** `20261123T045505Z` → milliseconds since the epoch. */
export function timestampToMillis(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** Milliseconds since the epoch → `20261123T045505Z`. */
export function toTimestamp(millis: number): string {
  return new Date(millis).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
