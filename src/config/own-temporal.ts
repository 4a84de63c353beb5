import { join } from 'node:path';
import type { Config } from './config.ts';

/** The files of `cornac up`'s own Temporal: certificates and keys, PEM. The authority's key is not kept. */
export function ownTemporalFiles(stateDir: string) {
  const directory = join(stateDir, 'temporal/tls');
  const identity = (name: string) => ({
    cert: join(directory, `${name}.crt`),
    key: join(directory, `${name}.key`),
  });
  return {
    directory,
    ca: join(directory, 'ca.crt'),
    server: identity('server'),
    client: identity('client'),
  };
}

export type OwnTemporalFiles = ReturnType<typeof ownTemporalFiles>;

/** The name in the server's certificate, in addition to its address. */
export const OWN_TEMPORAL_NAME = 'localhost';

/** The TLS settings of its clients. */
export function ownTemporalTls(stateDir: string) {
  const { ca, client } = ownTemporalFiles(stateDir);
  return { ca, ...client, serverName: OWN_TEMPORAL_NAME };
}

/** Whether clients of Temporal use the certificates of `cornac up`, named in a setting or not. */
export function isOwnTemporalTls({
  stateDir,
  temporal: { tls },
}: Pick<Config, 'stateDir' | 'temporal'>): boolean {
  return typeof tls !== 'boolean' && tls.cert === ownTemporalTls(stateDir).cert;
}

/** Whether an address, host:port, belongs to this computer. */
export function isOfThisComputer(address: string): boolean {
  const { hostname } = new URL(address.includes('://') ? address : `grpc://${address}`);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
