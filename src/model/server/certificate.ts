import { type EventText, event } from '../event.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const VALID_YEARS = 10;
const RENEW_YEARS = 9;

/** What a server shows to its clients. */
export interface ServerCertificate {
  /** CAIdentifier: the authority that signed it. */
  readonly authority: string;
  /** ValidTill. */
  readonly until: Date;
}

/** A certificate in JSON. */
export interface NotedCertificate {
  readonly authority: string;
  readonly until: string;
}

export function noteCertificate({ authority, until }: ServerCertificate): NotedCertificate {
  return { authority, until: until.toISOString() };
}

export function readCertificate({ authority, until }: NotedCertificate): ServerCertificate {
  return { authority, until: new Date(until) };
}

/** The end of a certificate that is signed now. */
export function endOfValidity(now: Date): Date {
  return new Date(now.getTime() + VALID_YEARS * YEAR_MS);
}

/** A certificate that ends at this time or before is renewed: years before its end, so that no failure counts. */
export function renewalTime(now: Date): Date {
  return new Date(now.getTime() + RENEW_YEARS * YEAR_MS);
}

/** Whether the server needs another certificate, by its end or its authority, or has none that is known. */
export function needsCertificate(
  certificate: ServerCertificate | undefined,
  authority: string | undefined,
  now: Date,
): boolean {
  if (!certificate || certificate.until <= renewalTime(now)) return true;
  return authority !== undefined && certificate.authority !== authority;
}

/**
 * The event of a server that has another certificate than before, or the same under another name of its authority. The
 * first certificate of a new instance has none.
 */
export function certificateEvents(
  {
    certificate,
    availableAt,
  }: { readonly certificate?: ServerCertificate; readonly availableAt: Date | null },
  { authority, until }: ServerCertificate,
): EventText[] {
  if (availableAt === null) return [];
  if (certificate?.authority === authority && certificate.until.getTime() === until.getTime()) return [];
  const day = until.toISOString().slice(0, 10);
  return [event('CORNAC-EVENT-CERTIFICATE', `signed by ${authority}, valid until ${day}`)];
}
