import type { FastifyInstance } from 'fastify';
import { type Caller, type SignatureRules, verifySignature } from '../protocol/sigv4.ts';
import { rawBody } from './raw-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
}

/** Lets nobody through to a handler whose request is not signed as it must be; the rest have a `caller`. */
export function authenticate(app: FastifyInstance, rules: SignatureRules): void {
  app.decorateRequest('caller');
  app.addHook('preHandler', async (request) => {
    const { method = '', url = '', rawHeaders } = request.raw;
    request.caller = verifySignature({ method, url, rawHeaders, body: rawBody(request.body) }, rules);
    request.trace.log = request.trace.log.child({ accessKeyId: request.caller.accessKeyId });
  });
}
