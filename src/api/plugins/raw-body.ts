import type { FastifyInstance } from 'fastify';

/** Bodies arrive as the bytes that were sent, for these are what is signed; longer ones than `limit` are refused. */
export function acceptRawBodies(app: FastifyInstance, limit: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: limit }, (_request, body, done) =>
    done(null, body),
  );
}

const NOTHING = Buffer.alloc(0);

/** The body of a request, empty where none was sent. */
export function rawBody(body: unknown): Uint8Array {
  return Buffer.isBuffer(body) ? body : NOTHING;
}
