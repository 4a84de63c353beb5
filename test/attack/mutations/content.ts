import type { Random } from '../api-random.ts';
import { addQuery, flip, type Mutation, ODD } from './edit.ts';

function reencode(target: string, random: Random): string {
  const at = random.below(target.length);
  const code = target.charCodeAt(at).toString(16).padStart(2, '0');
  return `${target.slice(0, at)}%${random.pick([code, code.toUpperCase()])}${target.slice(at + 1)}`;
}

/** Changes of method, target, body and version. */
export const contentMutations: Readonly<Record<string, Mutation>> = {
  nothing: () => {},
  'a byte of the method': (draft, random) => {
    draft.method = flip(draft.method, random);
  },
  'another method': (draft, random) => {
    draft.method = random.pick([
      'GET',
      'POST',
      'PUT',
      'HEAD',
      'DELETE',
      'OPTIONS',
      'PATCH',
      'CONNECT',
      'TRACE',
      'get',
    ]);
  },
  'a byte of the target': (draft, random) => {
    draft.target = flip(draft.target, random);
  },
  'another path': (draft, random) => {
    const query = draft.target.replace(/^[^?]*/, '');
    const paths = [
      '/',
      '/rds',
      '/rds/',
      '//rds/',
      '/./rds/',
      '/rds/../rds/',
      '/%72ds/',
      '/RDS/',
      '/rds/;x',
      '/rds/#f',
    ];
    draft.target =
      random.pick([...paths, '*', 'rds/', '/rds//', '/rds/.', '/rds/%2e%2e/rds/', '\\rds\\']) + query;
  },
  'a target with its origin': (draft, random) => {
    draft.target =
      random.pick(['http://localhost:5000', 'http://evil', 'https://localhost:5000']) + draft.target;
  },
  'a parameter more': (draft, random) => {
    const value = random.pick(['', 'x', 'RebootDBInstance', 'victim']);
    addQuery(draft, `${random.pick(['Action', 'Version', 'DBInstanceIdentifier', 'x', ...ODD])}=${value}`);
  },
  'a parameter of the signature more': (draft, random) => {
    const names = [
      'Signature',
      'Date',
      'Expires',
      'Credential',
      'SignedHeaders',
      'Algorithm',
      'Security-Token',
    ];
    addQuery(
      draft,
      `X-Amz-${random.pick(names)}=${random.pick(['', '1', '604800', 'AWS4-HMAC-SHA256', 'host'])}`,
    );
  },
  'an empty query': (draft, random) => {
    draft.target += random.pick(['?', '&', '&&', '?&', '#']);
  },
  'parameters in another order': (draft) => {
    const [path = '', query = ''] = draft.target.split('?');
    draft.target = query === '' ? draft.target : `${path}?${query.split('&').reverse().join('&')}`;
  },
  'another encoding of a character': (draft, random) => {
    draft.target = reencode(draft.target, random);
  },
  'a changed body': (draft, random) => {
    draft.body = Buffer.from(flip(draft.body.toString('latin1'), random), 'latin1');
  },
  'a body with additional bytes': (draft, random) => {
    const more = random.pick([
      '&',
      '&DBInstanceIdentifier=victim',
      '&Action=RebootDBInstance',
      '\0',
      '\r\n',
      '%',
    ]);
    draft.body = Buffer.concat([draft.body, Buffer.from(more)]);
  },
  'a body that ends early': (draft, random) => {
    draft.body = draft.body.subarray(0, random.below(draft.body.length + 1));
  },
  chunks: (draft) => {
    draft.framing = 'chunked';
  },
  'HTTP/1.0': (draft) => {
    draft.version = 'HTTP/1.0';
  },
  'another version': (draft, random) => {
    draft.version = random.pick(['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/11', 'http/1.1', '', 'RTSP/1.0']);
  },
};
