import type { FastifyInstance } from 'fastify';

/**
 * Bodies arrive as the bytes that were sent, because these are signed; bodies longer than `limit` are
 * refused. The body of a GET is read as well, because its signature covers the body (SigV4, step 1).
 */
export function acceptRawBodies(app: FastifyInstance, limit: number): void {
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limit }, (_request, body, done) =>
    done(null, body),
  );
}

const EMPTY_BODY = Buffer.alloc(0);

/** The body of a request, empty where the request has none. */
export function rawBody(body: unknown): Uint8Array {
  return Buffer.isBuffer(body) ? body : EMPTY_BODY;
}
