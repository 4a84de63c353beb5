import { credentials } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { createFreshContext, readFittingTlsFiles, readTlsFiles, type TlsMaterial } from './tls-files.ts';

type TemporalConfig = Config['temporal'];

/**
 * Address, TLS and key as the worker's connection takes them. It never reads files again: see `keepIdentity`.
 * @param material what the files hold
 */
export function nativeConnectionOptions({ address, tls, apiKey }: TemporalConfig, material?: TlsMaterial) {
  const access = apiKey ? { apiKey } : {};
  if (typeof tls === 'boolean') return { address, tls, ...access };
  const { ca, cert, key } = material ?? readTlsFiles(tls);
  return {
    address,
    ...access,
    tls: {
      ...(ca && { serverRootCACertificate: ca }),
      ...(cert && key && { clientCertPair: { crt: cert, key } }),
      ...(tls.serverName && { serverNameOverride: tls.serverName }),
    },
  };
}

// gRPC waits up to two minutes by default, however long Temporal has been back: nothing is started meanwhile.
const RECONNECT = { 'grpc.max_reconnect_backoff_ms': 5_000 };

/**
 * The same for the client's connection, which looks at the files whenever it connects.
 * @param material what the files held a moment ago
 */
export function connectLazily({ address, tls, apiKey }: TemporalConfig, material?: TlsMaterial): Connection {
  if (typeof tls === 'boolean') {
    return Connection.lazy({ address, tls, channelArgs: RECONNECT, ...(apiKey && { apiKey }) });
  }
  const name = tls.serverName && {
    'grpc.ssl_target_name_override': tls.serverName,
    'grpc.default_authority': tls.serverName,
  };
  const connection = Connection.lazy({
    address,
    credentials: credentials.createFromSecureContext(createFreshContext(tls, material)),
    channelArgs: { ...RECONNECT, ...name },
  });
  // Not with the others: beside credentials it is refused.
  if (apiKey) connection.setApiKey(apiKey);
  return connection;
}

/**
 * A client that connects when it is first used: a gateway starts, and answers, while Temporal is down.
 * @throws where the files of TLS cannot be used, also after a renewal that is under way
 */
export async function createTemporalClient(temporal: TemporalConfig): Promise<Client> {
  const { tls, namespace } = temporal;
  const material = typeof tls === 'boolean' ? undefined : await readFittingTlsFiles(tls);
  return new Client({ connection: connectLazily(temporal, material), namespace });
}

/** From the next call on the client shows this API key. */
export function changeApiKey({ connection }: Client, apiKey: string): void {
  if (connection instanceof Connection) connection.setApiKey(apiKey);
}
