import { readFileSync } from 'node:fs';

/** The address of a Temporal server, and the PEM files that the server of `cornac up` requires. */
export interface TemporalPlace {
  readonly address: string;
  /** Where absent, Temporal's default namespace. */
  readonly namespace?: string;
  readonly tls?: {
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
    readonly serverName: string;
  };
}

/** The options of a connection to this server. */
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

/** The option of a client that works in this namespace. */
export function namespaceOf({ namespace }: TemporalPlace) {
  return namespace === undefined ? {} : { namespace };
}
