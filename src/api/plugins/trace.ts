import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { malformedHttpRequest } from '../../model/errors.ts';
import type { ApiMetrics } from '../metrics.ts';
import { describeError } from './describe-error.ts';

/** What is known of a request so far: for the log, the metrics and the answer to an error. */
export interface Trace {
  log: Logger;
  xmlNamespace: string | undefined;
  /** Only names of known actions, because the name becomes the label of a metric. */
  action: string | undefined;
  /** Code of the error in the answer. */
  code: string | undefined;
  /** Values of the input that no log may show. */
  secrets: readonly string[];
}

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace;
  }
}

/**
 * Gives every request an id (also in the answer's header), one line in the log and one count in the metrics.
 */
export function traceRequests(
  app: FastifyInstance,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: ApiMetrics },
): void {
  app.decorateRequest('trace');

  app.addHook('onRequest', async (request, reply) => {
    request.trace = {
      log: logger.child({ requestId: request.id }),
      xmlNamespace: undefined,
      action: undefined,
      code: undefined,
      secrets: [],
    };
    reply.header('x-amzn-RequestId', request.id);
    if (!isWellFormed(request.raw)) {
      // The parser cannot know where the next request on this connection begins.
      reply.header('connection', 'close');
      throw malformedHttpRequest();
    }
  });

  app.addHook('onResponse', async (request, reply) => {
    const { log, action = 'unknown', code = 'OK' } = request.trace;
    try {
      metrics.observe({ action, code, seconds: reply.elapsedTime / 1000 });
    } catch (error) {
      log.error({ error: describeError(error, []) }, 'not counted');
    }
    log.info({ status: reply.statusCode, code, ms: Math.round(reply.elapsedTime) }, 'request');
  });
}

// Node's parser also accepts HTTP/0.9 and HTTP/2.0, and handles both as HTTP/1.1.
const VERSIONS = new Set(['1.0', '1.1']);

/**
 * Whether every reader of the request agrees on its host and on its end: RFC 9112, 3.2 and 6.1. Node's own
 * check of the host is off, because Node would answer by itself. Node accepts several codings of which the
 * last is `chunked`.
 */
function isWellFormed({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const valuesOf = (name: string) =>
    rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
  const [hosts, codings] = [valuesOf('host'), valuesOf('transfer-encoding')];
  if (!VERSIONS.has(httpVersion)) return false;
  if (httpVersion === '1.0') return hosts.length <= 1 && codings.length === 0;
  return hosts.length === 1 && (codings.length === 0 || /^chunked$/i.test(codings.join().trim()));
}
