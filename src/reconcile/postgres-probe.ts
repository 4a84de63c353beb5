import { connect } from 'node:net';

// SSLRequest of PostgreSQL's protocol: length 8, code 80877103. Any server answers with one byte before it asks who is
// there, so the question leaves no line in its log.
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Whether a PostgreSQL server answers at this address within `timeoutMs`. Never throws. */
export const isAnswering = (host: string, port: number, timeoutMs = 3_000): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => socket.write(SSL_REQUEST));
    socket.once('data', (data) => end(data[0] === 0x53 || data[0] === 0x4e));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
