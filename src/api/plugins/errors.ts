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

export interface ErrorOptions {
  readonly bodyLimit: number;
  /** Whether an error means that the inventory cannot be reached now. */
  readonly isUnavailable: (error: unknown) => boolean;
}

/** Every error, of whatever origin, leaves as AWS's `ErrorResponse`; what is not in the catalogue only as its kind. */
export const answerErrors = (app: FastifyInstance, options: ErrorOptions): void => {
  app.setNotFoundHandler((request, reply) => sendError(request, reply, notFound(request.method)));
  app.setErrorHandler((error, request, reply) => {
    const answer = toAwsError(error, options);
    if (answer.status >= 500)
      request.trace.log.error({ error: describeError(error, request.trace.secrets) }, answer.code);
    return sendError(request, reply, answer);
  });
};

const sendError = (request: FastifyRequest, reply: FastifyReply, error: AwsError): FastifyReply => {
  const { trace, id } = request;
  trace.code = error.code;
  return reply
    .code(error.status)
    .type('text/xml')
    .send(encodeError(error, id, trace.xmlNamespace ?? DEFAULT_XML_NAMESPACE));
};

/** For what Fastify refuses before any hook has run: a URL that cannot be decoded. */
export const answerFrameworkError = (
  _error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply =>
  reply
    .code(400)
    .header('x-amzn-RequestId', request.id)
    .type('text/xml')
    .send(encodeError(malformedHttpRequest(), request.id, DEFAULT_XML_NAMESPACE));

const toAwsError = (error: unknown, { bodyLimit, isUnavailable }: ErrorOptions): AwsError => {
  if (error instanceof AwsError) return error;
  if (isUnavailable(error) || error instanceof InvocationConflict) return serviceUnavailable();
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return requestEntityTooLarge(bodyLimit);
  // What is wrong with content type or length of a body: a handler cannot cause it.
  if (code.startsWith('FST_ERR_CTP_')) return malformedHttpRequest();
  return internalFailure();
};
