import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Whether a server could listen there now. */
export function isPortFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether somebody listens on the port on all addresses, which leaves none of them to us. */
export async function hasWildcardListener(port: number): Promise<boolean> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const listening = '0A';
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return tables.some((table) =>
    table.split('\n').some((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return state === listening && local.endsWith(`:${hexPort}`) && /^0+:/.test(local);
    }),
  );
}
