import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type SecureContextOptions } from 'node:tls';

/** The first bytes of a gRPC client: the preface of RFC 9113, 3.4, and a frame of settings. */
const HELLO = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from('000000040000000000', 'hex'),
]);
const WAIT_MS = 10_000;

// RFC 8446, 5.1: the type of a record with the reason why the connection ends.
const ALERT = 0x15;

/**
 * Connects to a port of this computer as a stranger, in plain text or with the given TLS options.
 * @returns the reason of the refusal, or 'answered'
 */
export async function knock(port: number, tls?: SecureContextOptions): Promise<string> {
  const socket: Socket = tls
    ? connectTls({ host: '127.0.0.1', port, ...tls, rejectUnauthorized: false, ALPNProtocols: ['h2'] })
    : connectPlain({ host: '127.0.0.1', port });
  socket.setTimeout(WAIT_MS, () => socket.destroy(new Error('silence')));
  let answered = false;
  socket.on('data', (data) => {
    if (tls || data[0] !== ALERT) {
      answered = true;
      socket.destroy();
    }
  });
  const failed = once(socket, 'close').then(() => 'closed');
  const error = new Promise<string>((resolve) => {
    socket.on('error', (each: NodeJS.ErrnoException) => resolve(each.code ?? each.message));
  });
  socket.write(HELLO);
  const reason = await Promise.race([error, failed]);
  socket.destroy();
  return answered ? 'answered' : reason;
}
