import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  AwsError,
  internalFailure,
  malformedInput,
  notFound,
  requestEntityTooLarge,
  serviceUnavailable,
} from '../../model/errors.ts';
import { InvocationConflict } from '../invocations.ts';
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
      request.trace.log.error({ err: describeError(error, request.trace.secrets) }, answer.code);
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

const toAwsError = (error: unknown, { bodyLimit, isUnavailable }: ErrorOptions): AwsError => {
  if (error instanceof AwsError) return error;
  if (isUnavailable(error) || error instanceof InvocationConflict) return serviceUnavailable();
  if (!(error instanceof Error) || !('code' in error)) return internalFailure();
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return requestEntityTooLarge(bodyLimit);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return malformedInput('The request is shorter or longer than its Content-Length says.');
    default:
      return internalFailure();
  }
};
