import { join } from 'node:path';
import type { Config } from './config.ts';

/** Where `cornac up` keeps the certificates of its own Temporal, PEM. The key of their authority is not kept. */
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

/** The name that the server's certificate bears beside its address. */
export const OWN_TEMPORAL_NAME = 'localhost';

/** What a client of it needs. */
export function ownTemporalTls(stateDir: string) {
  const { ca, client } = ownTemporalFiles(stateDir);
  return { ca, ...client, serverName: OWN_TEMPORAL_NAME };
}

/** Whether Temporal is called with the certificates of `cornac up`, named or not. */
export function isOwnTemporalTls({
  stateDir,
  temporal: { tls },
}: Pick<Config, 'stateDir' | 'temporal'>): boolean {
  return typeof tls !== 'boolean' && tls.cert === ownTemporalTls(stateDir).cert;
}

/** Whether an address, host:port, is of this computer. */
export function isOfThisComputer(address: string): boolean {
  const { hostname } = new URL(address.includes('://') ? address : `grpc://${address}`);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
