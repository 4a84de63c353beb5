import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';

export interface Listen {
  /** IPv4 */
  readonly host: string;
  readonly port: number;
}

/** Whether a server could listen there now. */
export function isPortFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether a process of this user listens there. */
export async function isListening({ host, port }: Listen, uid: number): Promise<boolean> {
  const address = host.split('.').reverse().map(Number);
  const wanted = `${Buffer.from(address).toString('hex').toUpperCase()}:${hexPort(port)}`;
  const look = async () =>
    (await listeners('/proc/net/tcp')).some((each) => each.local === wanted && each.uid === uid);
  // The kernel makes up the table while it is read, and may leave a line out when others end meanwhile.
  return (await look()) || (await look());
}

/** Whether somebody listens on the port on all addresses, which leaves none of them to us. */
export async function hasWildcardListener(port: number): Promise<boolean> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(listeners));
  return tables.flat().some(({ local }) => local.endsWith(`:${hexPort(port)}`) && /^0+:/.test(local));
}

function hexPort(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}

const LISTENING = '0A';

/** The sockets of a table of proc_net(5) that listen. Both numbers of `local` are hexadecimal. */
async function listeners(table: string): Promise<{ local: string; uid: number }[]> {
  const content = await readFile(table, 'utf8').catch(() => '');
  return content.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , uid] = line.trim().split(/\s+/);
    return state === LISTENING ? [{ local, uid: Number(uid) }] : [];
  });
}
