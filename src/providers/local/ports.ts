import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

export interface Listen {
  /** IPv4 */
  readonly host: string;
  readonly port: number;
}

/** Whether a server could listen on the port now. */
export function isPortFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether a process of this user listens on the port. */
export async function isListening({ host, port }: Listen, uid: number): Promise<boolean> {
  const address = host.split('.').reverse().map(Number);
  const wanted = `${Buffer.from(address).toString('hex').toUpperCase()}:${hexPort(port)}`;
  const look = async () =>
    (await listeners('/proc/net/tcp')).some((each) => each.local === wanted && each.uid === uid);
  // The kernel builds the table during the read, and may omit a line when other sockets close meanwhile.
  return (await look()) || (await look());
}

/** Whether a process listens on the port on all addresses, which blocks the port for each address. */
export async function hasWildcardListener(port: number): Promise<boolean> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(listeners));
  return tables.flat().some(({ local }) => local.endsWith(`:${hexPort(port)}`) && /^0+:/.test(local));
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

const LISTENING = '0A';

/** The listening sockets of a table of proc_net(5). Both numbers of `local` are hexadecimal. */
async function listeners(table: string): Promise<{ local: string; uid: number }[]> {
  const content = await readFile(table, 'utf8').catch(() => '');
  return content.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , uid] = line.trim().split(/\s+/);
    return state === LISTENING ? [{ local, uid: Number(uid) }] : [];
  });
}
