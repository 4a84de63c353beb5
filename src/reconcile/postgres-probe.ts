import { connect } from 'node:net';

// GSSENCRequest of PostgreSQL's protocol: length 8, code 80877104. Any server answers with one byte before
// authentication, and logs nothing. SSLRequest would leave a line in the log of a server with TLS, because
// the server then waits for a handshake.
const GSSENC_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 48]);
const [YES, NO] = [0x47, 0x4e];

/** The result of a probe: `unsure` where this computer could not even send it. */
export type Answer = 'up' | 'down' | 'unsure';

// Errors that prove nothing about the server: no descriptor, no memory, no local port, no network, no name
// server.
const LOCAL_ERROR_CODES = new Set([
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOBUFS',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'ENETDOWN',
  'ENETUNREACH',
  'EAI_AGAIN',
  'EAI_SYSTEM',
  'EAI_MEMORY',
]);

/**
 * Whether a server that speaks PostgreSQL's protocol answers at this address within `timeoutMs`. Never
 * throws.
 */
export function probePostgres(host: string, port: number, timeoutMs = 3_000): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: Answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end('down'));
    socket.once('connect', () => socket.write(GSSENC_REQUEST));
    socket.once('data', (data) => end(data[0] === YES || data[0] === NO ? 'up' : 'down'));
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) =>
      end(LOCAL_ERROR_CODES.has(code) ? 'unsure' : 'down'),
    );
    socket.once('close', () => end('down'));
  });
}
