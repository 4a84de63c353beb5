import { createHash } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Runs `work` while nobody else on this computer does under the same name, in this process or another. The lock is a
 * socket in Linux's abstract namespace: the kernel frees it with its process, so that none is ever left over. Others
 * wait on a connection to it, which ends when it does.
 */
export async function withLock<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const address = `\0cornac-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`;
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => {}).on('close', () => waiting.delete(socket));
  });
  while (!(await tryListen(server, address))) {
    signal.throwIfAborted();
    await holderGone(address, signal);
  }
  try {
    signal.throwIfAborted();
    return await work();
  } finally {
    server.close();
    for (const socket of waiting) socket.destroy();
  }
}

function tryListen(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error);
    server.once('error', onError);
    server.listen(address, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

async function holderGone(address: string, signal: AbortSignal): Promise<void> {
  const socket = connect(address);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {}); // it went, perhaps before it took us in
  socket.resume();
  const stop = () => socket.destroy();
  signal.addEventListener('abort', stop);
  await closed;
  signal.removeEventListener('abort', stop);
}
