import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config/config.ts';

type TemporalConfig = Config['temporal'];

const tlsOptions = async (tls: TemporalConfig['tls']) => {
  if (typeof tls === 'boolean') return tls;
  const { ca, cert, key, serverName } = tls;
  const [serverRootCACertificate, crt, keyPem] = await Promise.all(
    [ca, cert, key].map(async (file) => (file ? readFile(file) : undefined)),
  );
  return {
    ...(serverRootCACertificate && { serverRootCACertificate }),
    ...(crt && keyPem && { clientCertPair: { crt, key: keyPem } }),
    ...(serverName && { serverNameOverride: serverName }),
  };
};

/** Address, TLS and key as both of Temporal's connections take them. */
export const connectionOptions = async ({ address, tls, apiKey }: TemporalConfig) => ({
  address,
  tls: await tlsOptions(tls),
  ...(apiKey && { apiKey }),
});

// gRPC waits up to two minutes by default, however long Temporal has been back: nothing is started meanwhile.
const RECONNECT = { 'grpc.max_reconnect_backoff_ms': 5_000 };

/** A client that connects when it is first used: a gateway starts, and answers, while Temporal is down. */
export const createTemporalClient = async (temporal: TemporalConfig): Promise<Client> =>
  new Client({
    connection: Connection.lazy({ ...(await connectionOptions(temporal)), channelArgs: RECONNECT }),
    namespace: temporal.namespace,
  });
