import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  AwsError,
  internalFailure,
  malformedHttpRequest,
  notFound,
  requestEntityTooLarge,
  serviceUnavailable,
} from '../../model/errors.ts';
import { InvocationConflict } from '../../model/invocation.ts';
import { encodeError } from '../protocol/xml.ts';
import { DEFAULT_XML_NAMESPACE } from '../services.ts';
import { describeError } from './describe-error.ts';
import type { Trace } from './trace.ts';

export interface ErrorOptions {
  readonly bodyLimit: number;
  /** Whether an error means that the inventory cannot be reached now. */
  readonly isUnavailable: (error: unknown) => boolean;
}

/**
 * Every error of any origin leaves as AWS's `ErrorResponse`; of an error outside the catalogue only the kind
 * is shown. The answer is sent before the error is logged, so that an error that cannot be logged is still
 * answered.
 */
export function answerErrors(app: FastifyInstance, options: ErrorOptions): void {
  app.setNotFoundHandler((request, reply) => sendError(request, reply, notFound(request.method)));
  app.setErrorHandler((error, request, reply) => {
    const answer = toAwsError(error, options);
    sendError(request, reply, answer);
    if (answer.status >= 500) {
      request.trace?.log.error({ error: describeError(error, request.trace.secrets) }, answer.code);
    }
    return reply;
  });
}

/** Bypasses Fastify, because after a hook or serializer that fails Fastify would answer with JSON. */
function sendError(request: FastifyRequest, reply: FastifyReply, error: AwsError): FastifyReply {
  // Absent when the first hook has failed.
  const trace: Trace | undefined = request.trace;
  if (trace) trace.code = error.code;
  const body = Buffer.from(encodeError(error, request.id, trace?.xmlNamespace ?? DEFAULT_XML_NAMESPACE));
  reply.hijack();
  reply.raw.writeHead(error.status, {
    // May contain `connection: close`.
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    ...(request.server.server.listening ? {} : { connection: 'close' }),
    'x-amzn-requestid': request.id,
    'content-type': 'text/xml',
    'content-length': body.length,
  });
  reply.raw.end(body);
  return reply;
}

/** Answers what Fastify refuses before any hook has run: a URL that cannot be decoded. */
export function answerFrameworkError(
  _error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return sendError(request, reply, malformedHttpRequest());
}

function toAwsError(error: unknown, { bodyLimit, isUnavailable }: ErrorOptions): AwsError {
  if (error instanceof AwsError) return error;
  if (isUnavailable(error) || error instanceof InvocationConflict) return serviceUnavailable();
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return requestEntityTooLarge(bodyLimit);
  // A wrong content type or length of a body. A handler cannot cause these errors.
  if (code.startsWith('FST_ERR_CTP_')) return malformedHttpRequest();
  return internalFailure();
}
