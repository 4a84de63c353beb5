import dns, { type LookupAddress } from 'node:dns';
import { createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface Listener {
  readonly host: string;
  readonly port: number;
  /**
   * Takes no more connections, lets requests that are being answered finish, and cuts those that take longer than
   * `graceMs`.
   */
  close(graceMs?: number): Promise<void>;
}

const GRACE_MS = 10_000;

/**
 * Starts to listen. Port 0 takes a free one.
 *
 * @throws Error naming host and port when they cannot be had: taken, not ours, not allowed
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listener> {
  let closing = false;
  // Else a connection kept alive would hold up the end.
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
 * Why one of the addresses of `localhost` is not ours. Fastify listens on all of them, and says nothing of one that it cannot
 * have: another user of this computer may have it, whom clients would then send their passwords.
 */
async function findLost(app: FastifyInstance, host: string): Promise<string | undefined> {
  if (host !== 'localhost') return undefined;
  const bound = app.addresses().filter((each) => typeof each === 'object');
  const port = bound[0]?.port ?? 0;
  for (const { address } of await lookUp(host)) {
    if (bound.some((ours) => ours.address === address)) continue;
    const error = await tryPort(address, port);
    const isElsewhere = error?.code === 'EADDRNOTAVAIL' || error?.code === 'EAFNOSUPPORT';
    if (!isElsewhere) return `${error ? explain(error) : 'the port was taken'} on ${address}`;
  }
  return undefined;
}

function lookUp(host: string): Promise<readonly LookupAddress[]> {
  return new Promise((resolve) => {
    dns.lookup(host, { all: true }, (error, found) => resolve(error ? [] : found));
  });
}

/** The error of listening there for a moment, if there is one. */
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
      return 'the port is taken';
    case 'EACCES':
      return 'the port needs more rights';
    case 'EADDRNOTAVAIL':
      return 'the address is not of this computer';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
