import { lookup } from 'node:dns/promises';
import { createServer } from 'node:net';
import type { Address } from '../config/config.ts';

export interface PortUse {
  readonly what: string;
  readonly address: Address;
  /** The option that names another port. */
  readonly option: string;
}

/** Sentences for the user about those of the ports that another program listens on. */
export async function findTakenPorts(uses: readonly PortUse[]): Promise<string[]> {
  const problems = await Promise.all(
    uses.map(async ({ what, address, option }) =>
      (await isFree(address))
        ? []
        : [
            `port ${address.port} for ${what} is in use on ${address.host}; stop the program that listens there, or choose another port with ${option}`,
          ],
    ),
  );
  return problems.flat();
}

export async function isFree({ host, port }: Address): Promise<boolean> {
  const found = await lookup(host, { all: true });
  const free = await Promise.all(found.map(({ address }) => listens(address, port).catch(() => false)));
  return free.every((port) => port !== false);
}

/** A port without a listener now. Ports in `taken` are left out, because their listeners may not have started. */
export async function findFreePort(host: string, taken: readonly number[] = []): Promise<number> {
  for (;;) {
    const port = await listens(host, 0);
    if (!taken.includes(port)) return port;
  }
}

/**
 * Listens on the port for an instant and returns it; 0 where the computer has no such address. Rejects when
 * taken.
 */
function listens(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT' ? resolve(0) : reject(error),
    );
    server.listen({ host, port }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
