import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { invalidClientTokenId, requestExpired, signatureDoesNotMatch } from '../../model/errors.ts';
import { type Authorization, readAuthorization, timestampToMillis, toTimestamp } from './authorization.ts';
import {
  canonicalHeaders,
  canonicalPath,
  canonicalQuery,
  type RawRequest,
  sha256,
  splitUrl,
} from './canonical.ts';
import type { Parameters } from './query.ts';

/** The signer of a request, and what the signature covers. */
export interface Caller {
  readonly accessKeyId: string;
  /** Region in the scope of the signature: one of the accepted regions. */
  readonly region: string;
  /** Service in the scope of the signature. */
  readonly service: string;
  /** Parameters of the query part without those of the signature. */
  readonly query: Parameters;
  /** HMAC of all parameters under the secret: equal for equal calls, and reveals nothing about them. */
  readonly fingerprint: string;
  /**
   * 64 hexadecimal digits: equal for requests that are equal in all that is signed, including the second of
   * signing.
   */
  readonly signature: string;
  /** When the signature expires. */
  readonly goodUntil: Date;
}

export interface SignatureRules {
  readonly credentials: {
    /** The secret access key of this access key id; undefined for an unknown id. */
    find(accessKeyId: string): string | undefined;
  };
  /** Accepted regions in the scope of a signature. */
  readonly regions: readonly string[];
  readonly services: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** 15 minutes, in both directions: "RequestExpired" in the common errors of RDS. */
const SKEW = 15 * 60_000;

/**
 * Secret for access keys that do not exist, so that their check takes as long as that of a wrong signature.
 */
const UNKNOWN_KEY_SECRET = randomBytes(30).toString('base64');

/**
 * Checks a request against Signature Version 4, header or presigned form, on its raw bytes.
 *
 * @throws AwsError `MissingAuthenticationToken`, `IncompleteSignature`, `RequestExpired`, `InvalidClientTokenId`,
 *   `SignatureDoesNotMatch`
 */
export function verifySignature(request: RawRequest, rules: SignatureRules): Caller {
  const authorization = readAuthorization(request);
  checkScope(authorization, rules);
  checkTime(authorization, rules.now());
  // Cornac issues no session tokens, so every session token is invalid.
  if (authorization.sessionToken) throw invalidClientTokenId();

  const bodyHash = sha256(request.body);
  const claimed = authorization.headers.get('x-amz-content-sha256');
  if (claimed && claimed.join() !== bodyHash) {
    throw signatureDoesNotMatch('The x-amz-content-sha256 header does not match what was computed.');
  }

  const secret = rules.credentials.find(authorization.accessKeyId);
  const expected = sign(request, authorization, bodyHash, secret ?? UNKNOWN_KEY_SECRET);
  const matches = equalInConstantTime(expected, authorization.signature);
  if (secret === undefined) throw invalidClientTokenId();
  if (!matches) throw signatureDoesNotMatch();

  const query = authorization.query.filter(([name]) => !name.startsWith('X-Amz-'));
  return {
    accessKeyId: authorization.accessKeyId,
    region: authorization.scope.region,
    service: authorization.scope.service,
    query,
    fingerprint: hmac(secret, `${canonicalQuery(query)}\n${bodyHash}`).toString('hex'),
    signature: expected,
    goodUntil: new Date(timestampToMillis(authorization.timestamp) + lifetimeOf(authorization)),
  };
}

function checkScope({ scope, signedHeaders, timestamp }: Authorization, rules: SignatureRules): void {
  if (!rules.regions.includes(scope.region)) {
    throw signatureDoesNotMatch(
      `Credential should be scoped to a valid region, not '${scope.region}'. Valid: ${rules.regions.join(', ')}.`,
    );
  }
  if (!rules.services.includes(scope.service)) {
    throw signatureDoesNotMatch(
      `Credential should be scoped to correct service: '${rules.services.join("' or '")}'.`,
    );
  }
  if (scope.date !== timestamp.slice(0, 8)) {
    throw signatureDoesNotMatch(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
        `'${scope.date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    );
  }
  if (!signedHeaders.includes('host')) {
    throw signatureDoesNotMatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
}

function lifetimeOf({ expires }: Pick<Authorization, 'expires'>): number {
  return expires === undefined ? SKEW : expires * 1000;
}

function checkTime({ timestamp, expires }: Authorization, now: number): void {
  const signed = timestampToMillis(timestamp);
  const lifetime = lifetimeOf({ expires });
  const [oldest, newest] = [toTimestamp(now - lifetime), toTimestamp(now + SKEW)];
  if (signed < now - lifetime) {
    throw requestExpired(
      `Signature expired: ${timestamp} is now earlier than ${oldest} (${toTimestamp(now)}).`,
    );
  }
  if (signed > now + SKEW) {
    throw requestExpired(
      `Signature not yet current: ${timestamp} is still later than ${newest} (${toTimestamp(now)} + 15 min.)`,
    );
  }
}

function sign(request: RawRequest, authorization: Authorization, bodyHash: string, secret: string): string {
  const { scope, signedHeaders, headers, query, timestamp } = authorization;
  const canonicalRequest = [
    request.method,
    canonicalPath(splitUrl(request.url).path),
    canonicalQuery(query.filter(([name]) => name !== 'X-Amz-Signature')),
    canonicalHeaders(headers, signedHeaders),
    signedHeaders.join(';'),
    bodyHash,
  ].join('\n');
  const parts = [scope.date, scope.region, scope.service, 'aws4_request'];
  const stringToSign = ['AWS4-HMAC-SHA256', timestamp, parts.join('/'), sha256(canonicalRequest)].join('\n');
  const key = parts.reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, stringToSign).toString('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function equalInConstantTime(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
