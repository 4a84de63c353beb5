import type { Pause } from '../../model/server/pause.ts';
import { diskPathOf } from './domain-xml.ts';
import type { Host } from './host.ts';
import { ErrorCode, LibvirtError, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';

const NO_SPACE = 2;
const MAX_ERRORS = 16;

/** `virDomainPausedReason`. A machine that starts up or shuts down does not count as paused. */
const PausedReason = { ioError: 5, shuttingDown: 8, startingUp: 11 } as const;

const byReason: Readonly<Record<number, Pause>> = {
  1: { reason: 'person', detail: 'by a person' },
  2: { reason: 'migration', detail: 'for a migration to another host' },
  3: { reason: 'person', detail: 'while it is saved to a file' },
  4: { reason: 'person', detail: 'while its memory is written to a file' },
  6: { reason: 'other', detail: 'by its watchdog' },
  7: { reason: 'person', detail: 'since it was reverted to a snapshot' },
  9: { reason: 'person', detail: 'while a snapshot of it is created' },
  10: { reason: 'other', detail: 'since its guest has crashed' },
  12: { reason: 'migration', detail: 'for a migration to another host' },
  13: { reason: 'migration', detail: 'since its migration to another host failed' },
  14: { reason: 'other', detail: 'since a call of libvirt failed' },
};

/** The guest has suspended itself: `virsh dompmwakeup` wakes it. */
export const SUSPENDED_BY_GUEST: Pause = { reason: 'other', detail: 'by its own guest, which is suspended' };

/** Why a domain is in the state `paused`. Changes nothing. */
export async function explainPause(host: Host, domain: Domain, reason: number): Promise<Pause | undefined> {
  if (reason === PausedReason.shuttingDown || reason === PausedReason.startingUp) return undefined;
  if (reason === PausedReason.ioError) return explainIoError(host, domain);
  return byReason[reason] ?? { reason: 'other', detail: 'for a reason that libvirt does not report' };
}

async function explainIoError(host: Host, dom: Domain): Promise<Pause> {
  const errors = await diskErrors(host, dom);
  const full = errors.find(({ error }) => error === NO_SPACE);
  if (full !== undefined) {
    return {
      reason: 'storage-full',
      detail: `after an I/O error: ${await storageOf(host, dom, full.disk)} is full`,
    };
  }
  const disks = errors.map(({ disk }) => disk).join(', ');
  return { reason: 'io-error', detail: `after an I/O error${disks === '' ? '' : ` of its disk ${disks}`}` };
}

async function diskErrors(host: Host, dom: Domain): Promise<{ disk: string; error: number }[]> {
  try {
    const args = { dom, maxErrors: MAX_ERRORS, flags: 0 };
    return (await host.call(procedures.domainGetDiskErrors, args)).errors;
  } catch (error) {
    // The domain runs again, it went off, or this driver does not report disk errors.
    if (error instanceof LibvirtError) return [];
    throw error;
  }
}

/** The pool of a disk, else the disk's path, for people. */
async function storageOf(host: Host, dom: Domain, target: string): Promise<string> {
  const definition = await orMissing(host.definition(dom, 'live'), ErrorCode.noDomain);
  const path = definition && diskPathOf(definition, target);
  if (!path) return `the storage of its disk ${target}`;
  const found = await orMissing(host.call(procedures.volumeLookupByPath, { path }), ErrorCode.noVolume);
  return found === undefined ? `the storage of ${path}` : `the pool ${found.vol.pool}`;
}
