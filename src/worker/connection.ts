import { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import { nativeConnectionOptions } from '../temporal/connection.ts';

/** The worker's connection. Apart from the client's: a gateway need not load all of Temporal's core for it. */
export const connectWorker = async (temporal: Config['temporal']): Promise<NativeConnection> =>
  NativeConnection.connect(nativeConnectionOptions(temporal));
