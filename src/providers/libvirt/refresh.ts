import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import type { Host } from './host.ts';
import { ErrorCode, isLibvirtError, LibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Pool } from './rpc/structures.ts';
import { poolSpace } from './volumes.ts';

/** Pools that a refresh of this process has stopped and that have not started again yet. */
const stopped = new WeakMap<Host, Set<string>>();

/**
 * Refreshes libvirt's view of a pool. A refresh that fails, e.g. because the file system is unreachable for a
 * second, stops the pool in libvirt, and no machine on it can start. A pool that was stopped so is started
 * again. A pool that a person has stopped stays stopped.
 * @throws ProviderError `Unavailable` where the pool does not start again, or a person has stopped it
 */
export async function refreshPool(host: Host, pool: Pool): Promise<void> {
  const stoppedPools = stopped.get(host) ?? new Set();
  stopped.set(host, stoppedPools);
  try {
    await host.call(procedures.poolRefresh, { pool, flags: 0 });
    stoppedPools.delete(pool.name);
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    // libvirt refuses a refresh while a volume is copied into the pool.
    if ((await poolSpace(host, pool)).active) {
      stoppedPools.delete(pool.name);
      return;
    }
    if (!isLibvirtError(error, ErrorCode.operationInvalid)) stoppedPools.add(pool.name);
    if (!stoppedPools.has(pool.name)) throw notActive('Unavailable', host, pool);
    await startAgain(host, pool, error);
    stoppedPools.delete(pool.name);
  }
}

export function notActive(code: ProviderErrorCode, host: Host, { name }: Pool) {
  return new ProviderError(
    code,
    `storage pool ${name} on ${host.name} is not active: virsh pool-start ${name}`,
  );
}

async function startAgain(host: Host, pool: Pool, cause: LibvirtError): Promise<void> {
  try {
    // Another worker may have started the pool.
    await orMissing(host.call(procedures.poolCreate, { pool, flags: 0 }), ErrorCode.operationInvalid);
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    throw new ProviderError(
      'Unavailable',
      `storage pool ${pool.name} on ${host.name} cannot be read, and libvirt has stopped it: ${error.message}. Cornac starts it again at its next attempt; or check its file system, then virsh pool-start ${pool.name}`,
      { cause },
    );
  }
}
