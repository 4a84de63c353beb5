import { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import { nativeConnectionOptions } from '../temporal/connection.ts';
import { isFitting, readFittingTlsFiles, type TlsMaterial } from '../temporal/tls-files.ts';

/**
 * The worker's connection. It is a module of its own, so that a gateway does not load Temporal's core.
 * @param material the contents of the TLS files; default: their present contents
 */
export async function connectWorker(
  temporal: Config['temporal'],
  material?: TlsMaterial,
): Promise<NativeConnection> {
  const { tls } = temporal;
  // Contents that were read in the middle of a renewal may not fit together.
  const fits = typeof tls === 'boolean' || (material !== undefined && isFitting(material));
  const current = fits ? material : await readFittingTlsFiles(tls);
  return NativeConnection.connect(nativeConnectionOptions(temporal, current));
}

/** Moves all workers from one connection to another, or none. @throws the error of the worker that refused */
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
