import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import {
  type AwsError,
  malformedHttpRequest,
  requestHeaderTooLarge,
  requestTimeout,
} from '../../model/errors.ts';
import { encodeError } from '../protocol/xml.ts';
import { DEFAULT_XML_NAMESPACE } from '../services.ts';

const toAwsError = (code: string | undefined): AwsError => {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return requestHeaderTooLarge();
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return requestTimeout();
    default:
      return malformedHttpRequest();
  }
};

/** Answers what never became a request: not HTTP, header too large, sent too slowly. The connection ends with it. */
export const answerClientError = (error: Error & { code?: string }, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const answer = toAwsError(error.code);
  const requestId = randomUUID();
  const body = encodeError(answer, requestId, DEFAULT_XML_NAMESPACE);
  socket.end(
    [
      `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
      'Connection: close',
      'Content-Type: text/xml',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `x-amzn-RequestId: ${requestId}`,
      '',
      body,
    ].join('\r\n'),
  );
};
