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
