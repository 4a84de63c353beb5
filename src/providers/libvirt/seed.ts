import type { Progress } from '../provider.ts';
import { diskBySerial, SEED_SERIAL } from './domain-xml.ts';
import type { Host } from './host.ts';
import { stateOf } from './machine.ts';
import { LibvirtError } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain, Volume } from './rpc/structures.ts';
import { deleteVolume, machineVolumes, uploadVolume } from './volumes.ts';
import { waitFor } from './wait.ts';

const LIVE = 1;
const CONFIG = 2;
const UNPLUG_DEADLINE_MS = 30_000;

/**
 * Removes the seed once the guest has its identity, because the seed holds a private key. A guest that does
 * not release the disk keeps a disk of zeros until its next start.
 */
export async function removeSeed(host: Host, domain: Domain, progress: Progress): Promise<void> {
  const seeds = (await machineVolumes(host, domain)).filter(({ name }) => name.endsWith('.seed'));
  for (const volume of seeds) await removeVolume(host, domain, volume, progress);
}

async function removeVolume(host: Host, domain: Domain, volume: Volume, progress: Progress): Promise<void> {
  progress.report(`removing the seed of ${domain.name}`);
  await detach(host, domain, CONFIG);
  if ((await stateOf(host, domain)) === 'running' && !(await unplug(host, domain, progress))) {
    const { capacity } = await host.call(procedures.volumeGetInfo, { vol: volume });
    await uploadVolume(host, volume, Buffer.alloc(capacity));
    return;
  }
  await deleteVolume(host, volume);
}

async function unplug(host: Host, domain: Domain, progress: Progress): Promise<boolean> {
  const unplugged = async () =>
    diskBySerial(await host.definition(domain, 'live'), SEED_SERIAL) === undefined;
  if (await unplugged()) return true;
  const deadline = Date.now() + UNPLUG_DEADLINE_MS;
  await detach(host, domain, LIVE);
  return waitFor(host, domain.name, progress, {
    what: `${domain.name} to release its seed`,
    deadlineMs: 2 * UNPLUG_DEADLINE_MS,
    look: async () => (await unplugged()) || (Date.now() >= deadline ? false : undefined),
  });
}

async function detach(host: Host, dom: Domain, flags: number): Promise<void> {
  const disk = diskBySerial(await host.definition(dom, flags === LIVE ? 'live' : undefined), SEED_SERIAL);
  if (disk === undefined) return;
  try {
    await host.call(procedures.domainDetachDeviceFlags, { dom, xml: disk.xml, flags });
  } catch (error) {
    // The guest refused, or an earlier unplug has not ended.
    if (flags !== LIVE || !(error instanceof LibvirtError)) throw error;
  }
}
