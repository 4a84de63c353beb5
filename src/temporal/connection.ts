import { credentials } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { createFreshContext, readFittingTlsFiles, readTlsFiles, type TlsMaterial } from './tls-files.ts';

type TemporalConfig = Config['temporal'];

/**
 * Address, TLS and API key for the worker's connection. The connection never reads the files again, see
 * `keepIdentity`.
 * @param material the contents of the TLS files; default: their present contents
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

// By default gRPC waits up to two minutes between attempts, even where Temporal has returned; no workflow
// starts in that time.
const RECONNECT = { 'grpc.max_reconnect_backoff_ms': 5_000 };

/**
 * The client's connection. It reads the files again whenever it connects.
 * @param material the contents of the TLS files that the caller has just read
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
  // The API key is set separately, because `Connection.lazy` refuses it together with `credentials`.
  if (apiKey) connection.setApiKey(apiKey);
  return connection;
}

/**
 * A client that connects at its first use, so that a gateway starts and answers while Temporal is down.
 * @throws where the TLS files cannot be used, after a wait for a renewal in progress
 */
export async function createTemporalClient(temporal: TemporalConfig): Promise<Client> {
  const { tls, namespace } = temporal;
  const material = typeof tls === 'boolean' ? undefined : await readFittingTlsFiles(tls);
  return new Client({ connection: connectLazily(temporal, material), namespace });
}

/** The client sends this API key from the next call on. */
export function changeApiKey({ connection }: Client, apiKey: string): void {
  if (connection instanceof Connection) connection.setApiKey(apiKey);
}
