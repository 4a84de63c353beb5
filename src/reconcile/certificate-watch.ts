import { setTimeout as delay } from 'node:timers/promises';
import type { Inventory } from '../inventory/inventory.ts';
import { RECONCILER } from '../inventory/outbox.ts';
import type { Instance } from '../model/db-instance/instance.ts';
import { certificateEvents, needsCertificate } from '../model/server/certificate.ts';
import { placeOf } from '../providers/places.ts';
import { within } from '../system/deadline.ts';
import { isInService } from './compare.ts';
import type { Place } from './server-status.ts';

export interface CertificateWatchDeps {
  readonly inventory: Pick<Inventory, 'instances'>;
  readonly place: Place;
  readonly log: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

export interface CertificatePace {
  /** From the end of one round to the next. */
  readonly restMs: number;
  /** From a failed attempt to the next at the same instance. */
  readonly retryMs: number;
}

const PACE: CertificatePace = { restMs: 5_000, retryMs: 30 * 60_000 };
/** A machine that does not answer must not hold up the others. */
const REACH_MS = 60_000;

/**
 * Renews certificates of servers long before they end, and replaces those of another authority than requested, in
 * one worker at a time and one server after the other. The server loads the new certificate while it runs; its
 * settings stay. Runs until `signal` is aborted. Never throws.
 */
export async function watchCertificates(
  { inventory, place, log }: CertificateWatchDeps,
  signal: AbortSignal,
  pace: CertificatePace = PACE,
): Promise<void> {
  /** By DbiResourceId, the time before which a failed instance is not tried again. */
  const notBefore = new Map<string, number>();

  const renew = async (instance: Instance): Promise<void> => {
    const { dbiResourceId, identifier, machine } = instance;
    const certificate = await within(
      REACH_MS,
      async (own) => {
        const found = await placeOf(place.provider, instance).lookAtMachine(machine);
        own.throwIfAborted();
        if (!found?.reach || found.paused) throw new Error('its machine does not run');
        return (
          await place.guest.configure(
            found.reach,
            {},
            {
              signal: own,
              keep: true,
              authority: instance.caCertificateIdentifier,
            },
          )
        ).certificate;
      },
      signal,
    );
    if (!certificate) throw new Error('its machine reports no new certificate');
    await inventory.instances.change({ dbiResourceId }, { requestId: RECONCILER }, (present) =>
      isInService(present) ? { patch: { certificate }, events: certificateEvents(present, certificate) } : {},
    );
    log.info({ identifier, until: certificate.until }, 'a server has a certificate that is valid for years');
  };

  const round = async (): Promise<void> => {
    const now = Date.now();
    const instances = await inventory.instances.list();
    const known = new Set(instances.map(({ dbiResourceId }) => dbiResourceId));
    for (const id of notBefore.keys()) if (!known.has(id)) notBefore.delete(id);
    const due = instances.filter(
      (each) =>
        isInService(each) &&
        needsCertificate(each.certificate, each.caCertificateIdentifier, new Date(now)) &&
        (notBefore.get(each.dbiResourceId) ?? 0) <= now,
    );
    for (const instance of due) {
      if (signal.aborted) return;
      const { dbiResourceId, identifier } = instance;
      await renew(instance).catch((error: Error) => {
        if (signal.aborted) return;
        notBefore.set(dbiResourceId, Date.now() + pace.retryMs);
        log.warn({ identifier, reason: error.message }, 'the certificate of a server is not renewed yet');
      });
    }
  };

  while (!signal.aborted) {
    // The inventory may be unreachable.
    await round().catch(() => {});
    await delay(pace.restMs, undefined, { signal }).catch(() => {});
  }
}
