import { createHash } from 'node:crypto';

/** A request as it came over the wire, not decoded. */
export interface RawRequest {
  readonly method: string;
  /** The request target, e.g. `/rds/?Action=…`. */
  readonly url: string;
  /** Name, value, name, value, in the order of sending: Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
}

export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Path and query of a request target, split at the first question mark. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** Header values by lower-case name; values of a repeated header in the order of sending. */
export function groupHeaders(rawHeaders: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    const values = headers.get(name.toLowerCase());
    if (values) values.push(value);
    else headers.set(name.toLowerCase(), [value]);
  }
  return headers;
}

/** Percent-encoding of RFC 3986: letters, digits and `-_.~` stay. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * The path without dot segments and doubled slashes, each segment as sent and then encoded once more: "Create a
 * canonical request" in the AWS guide on Signature Version 4, for services other than S3.
 */
export function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encodeRfc3986(segment));
  }
  const trailing = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${trailing}`;
}

/** @param parameters decoded names and values of the query part without the signature */
export function canonicalQuery(parameters: readonly (readonly [string, string])[]): string {
  return parameters
    .map(([name, value]): [string, string] => [encodeRfc3986(name), encodeRfc3986(value)])
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** By code point, which is enough because encoded text is ASCII. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** @param signed lower-case names, sorted */
export function canonicalHeaders(
  headers: ReadonlyMap<string, readonly string[]>,
  signed: readonly string[],
): string {
  return signed
    .map((name) => {
      const values = (headers.get(name) ?? []).map((value) => asUtf8(value).trim().replace(/\s+/g, ' '));
      return `${name}:${values.join(',')}\n`;
    })
    .join('');
}

/** Node decodes the bytes of a header as Latin-1; clients sign them as UTF-8. */
function asUtf8(value: string): string {
  return Buffer.from(value, 'latin1').toString();
}
