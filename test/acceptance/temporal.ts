import { readFileSync } from 'node:fs';

/** Where a Temporal is, and the PEM files without which that of `cornac up` takes no call. */
export interface TemporalPlace {
  readonly address: string;
  /** Temporal's default one where it is absent. */
  readonly namespace?: string;
  readonly tls?: {
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
    readonly serverName: string;
  };
}

/** The options of a connection to it. */
export function connectTo({ address, tls }: TemporalPlace) {
  return {
    address,
    ...(tls && {
      tls: {
        serverRootCACertificate: readFileSync(tls.ca),
        clientCertPair: { crt: readFileSync(tls.cert), key: readFileSync(tls.key) },
        serverNameOverride: tls.serverName,
      },
    }),
  };
}

/** The option of a client that works in its namespace. */
export function namespaceOf({ namespace }: TemporalPlace) {
  return namespace === undefined ? {} : { namespace };
}
