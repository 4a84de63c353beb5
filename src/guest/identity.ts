import type { ServerIdentity } from '../authority/authority.ts';
import type { ServerCertificate } from '../model/server/certificate.ts';

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1_000);
}

/**
 * What `configure` takes on stdin after the settings. The guest compares the first line with the one that it
 * has. The times are by Cornac's clock, not by the guest's.
 */
export function renderIdentity({ id, until, renewUntil, pem }: ServerIdentity): string {
  return `${id} ${seconds(until)} ${seconds(renewUntil)}\n${pem}`;
}

/**
 * The server's certificate by the output of `configure`: its line `certificate ID UNTIL`. Undefined without that
 * line, and where Cornac cannot have made the certificate for this identity.
 */
export function parseCertificate(
  stdout: string,
  { id, authority, until: latest }: ServerIdentity,
): ServerCertificate | undefined {
  const [, reportedId, end] = /^certificate ([0-9a-f]{64}) (\d{1,12})$/m.exec(stdout) ?? [];
  const until = new Date(Number(end) * 1_000);
  return reportedId === id && until <= latest ? { authority, until } : undefined;
}
