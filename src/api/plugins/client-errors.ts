import { randomUUID } from 'node:crypto';
import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type AwsError,
  expectationFailed,
  malformedHttpRequest,
  notFound,
  requestHeaderTooLarge,
  requestTimeout,
} from '../../model/errors.ts';
import { encodeError } from '../protocol/xml.ts';
import { DEFAULT_XML_NAMESPACE } from '../services.ts';

function toAwsError(code: string | undefined): AwsError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return requestHeaderTooLarge();
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return requestTimeout();
    default:
      return malformedHttpRequest();
  }
}

/**
 * Answers what never became a request (not HTTP, header too large, sent too slowly) and closes the
 * connection.
 */
export function answerClientError(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else endWith(socket, toAwsError(error.code));
}

/**
 * Answers in AWS's way what Node would answer by itself: an `Expect` header that the gateway does not meet,
 * and CONNECT, which would turn the connection into a tunnel.
 */
export function answerForNode(server: Server): void {
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const { status, head, body } = write(expectationFailed());
    response.writeHead(status, { ...head, Connection: 'close' }).end(body);
  });
  server.on('connect', (request, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    endWith(socket, notFound(request.method ?? 'CONNECT'));
  });
}

function write(error: AwsError) {
  const requestId = randomUUID();
  const body = encodeError(error, requestId, DEFAULT_XML_NAMESPACE);
  const head = {
    'Content-Type': 'text/xml',
    'Content-Length': Buffer.byteLength(body),
    'x-amzn-RequestId': requestId,
  };
  return { status: error.status, head, body };
}

function endWith(socket: Duplex, error: AwsError): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, head, body } = write(error);
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  socket.end(
    [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'Connection: close', ...lines, '', body].join('\r\n'),
  );
}
