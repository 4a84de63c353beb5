import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { findFreePort, isFree } from './ports.ts';
import { innerPortCount } from './temporal-config.ts';

const HOST = '127.0.0.1';

/**
 * The ports that Temporal's services use among themselves: the ports of the last start where they are free.
 * With new ports a server that starts after `kill -9` waits for its previous services, which its database
 * still names.
 * @param taken ports that other programs are about to listen on
 */
export async function chooseInnerPorts(file: string, taken: readonly number[] = []): Promise<number[]> {
  const last = (await readPorts(file)).filter((port) => !taken.includes(port));
  const free = await Promise.all(last.map((port) => isFree({ host: HOST, port })));
  if (last.length === innerPortCount && free.every(Boolean)) return last;
  const ports = new Set<number>();
  while (ports.size < innerPortCount) ports.add(await findFreePort(HOST, [...taken, ...ports]));
  await writeFileAtomically(file, JSON.stringify([...ports]));
  return [...ports];
}

async function readPorts(file: string): Promise<number[]> {
  try {
    const ports: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(ports)
      ? ports.filter((port) => Number.isInteger(port) && port > 1023 && port < 65_536)
      : [];
  } catch {
    return [];
  }
}
