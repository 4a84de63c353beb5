import { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import { nativeConnectionOptions } from '../temporal/connection.ts';
import { isFitting, readFittingTlsFiles, type TlsMaterial } from '../temporal/tls-files.ts';

/**
 * The worker's connection. Apart from the client's: a gateway need not load all of Temporal's core for it.
 * @param material what the files of TLS hold; default: what they hold now
 */
export async function connectWorker(
  temporal: Config['temporal'],
  material?: TlsMaterial,
): Promise<NativeConnection> {
  const { tls } = temporal;
  // Read in the middle of a renewal it is half of it.
  const fits = typeof tls === 'boolean' || (material !== undefined && isFitting(material));
  const current = fits ? material : await readFittingTlsFiles(tls);
  return NativeConnection.connect(nativeConnectionOptions(temporal, current));
}

/** Moves workers from one connection to another, all or none. @throws what one of them says */
export function moveWorkers<C>(workers: readonly { connection: C }[], from: C, to: C): void {
  const moved: { connection: C }[] = [];
  try {
    for (const worker of workers) {
      worker.connection = to;
      moved.push(worker);
    }
  } catch (error) {
    for (const worker of moved) worker.connection = from;
    throw error;
  }
}
