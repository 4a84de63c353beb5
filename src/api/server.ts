import dns, { type LookupAddress } from 'node:dns';
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface Listener {
  readonly host: string;
  readonly port: number;
  /**
   * Takes no more connections, lets requests that are being answered finish, and cuts those that take longer
   * than `graceMs`.
   */
  close(graceMs?: number): Promise<void>;
}

const GRACE_MS = 10_000;

/**
 * Starts to listen. Port 0 takes a free port.
 *
 * @throws Error with host and port when the port is taken, the address is foreign, or permission is missing
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listener> {
  let closing = false;
  // Otherwise a connection that is kept alive would delay the end.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  await app.listen({ host, port }).catch((cause: unknown) => {
    throw new Error(`cannot listen on ${host}:${port}: ${explain(cause)}`, { cause });
  });
  const [address] = app.addresses();
  const lost = await findLost(app, host);
  if (lost !== undefined) {
    await app.close();
    throw new Error(`cannot listen on ${host}:${port}: ${lost}`);
  }
  return {
    host,
    port: typeof address === 'object' ? address.port : port,
    close: async (graceMs = GRACE_MS) => {
      closing = true;
      const deadline = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close().finally(() => clearTimeout(deadline));
    },
  };
}

/**
 * The reason why an address of `localhost` is not bound by this process. Fastify listens on all addresses of
 * `localhost`, and ignores one that it cannot bind. Another user of this computer may have bound it, and
 * clients would then send their passwords to that user.
 */
async function findLost(app: FastifyInstance, host: string): Promise<string | undefined> {
  if (host !== 'localhost') return undefined;
  const bound = app.addresses().filter((each) => typeof each === 'object');
  const port = bound[0]?.port ?? 0;
  for (const { address } of await lookUp(host)) {
    if (bound.some((ours) => ours.address === address)) continue;
    const error = await tryPort(address, port);
    const isElsewhere = error?.code === 'EADDRNOTAVAIL' || error?.code === 'EAFNOSUPPORT';
    if (!isElsewhere) return `${error ? explain(error) : 'the port was already in use'} on ${address}`;
  }
  return undefined;
}

function lookUp(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve) => {
    dns.lookup(host, { all: true }, (error, found) => resolve(error ? [] : found));
  });
}

/** The error of listening there for a moment, or undefined. */
function tryPort(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is already in use';
    case 'EACCES':
      return 'the port requires more privileges';
    case 'EADDRNOTAVAIL':
      return 'the address does not belong to this computer';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
