import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Lock {
  release(): Promise<void>;
}

/**
 * A lock between processes of this computer, or undefined while another has it. It is a name in Linux's abstract socket
 * namespace: the kernel gives it to one process and takes it back when that ends, however that ends.
 */
export const tryLock = async (name: string): Promise<Lock | undefined> => {
  const server = createServer((socket) => socket.destroy());
  const socketName = `\0cornac-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  if (!(await listens(server, socketName))) return undefined;
  server.unref();
  return { release: () => new Promise((resolve) => server.close(() => resolve())) };
};

/** @throws Error after `timeoutMs` */
export const waitForLock = async (name: string, timeoutMs: number): Promise<Lock> => {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lock = await tryLock(name);
    if (lock !== undefined) return lock;
    if (Date.now() > deadline) throw new Error(`${name} is held by another process`);
    await sleep(10);
  }
};

const listens = (server: Server, path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('listening', () => resolve(true));
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen({ path });
  });
