import type { FastifyInstance } from 'fastify';
import { type Caller, type SignatureRules, verifySignature } from '../protocol/sigv4.ts';
import { rawBody } from './raw-body.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller;
  }
}

/** Refuses requests without a valid signature before they reach a handler; all others have a `caller`. */
export function authenticate(app: FastifyInstance, rules: SignatureRules): void {
  app.decorateRequest('caller');
  app.addHook('preHandler', async (request) => {
    const { method = '', url = '', rawHeaders } = request.raw;
    request.caller = verifySignature({ method, url, rawHeaders, body: rawBody(request.body) }, rules);
    request.trace.log = request.trace.log.child({ accessKeyId: request.caller.accessKeyId });
  });
}
