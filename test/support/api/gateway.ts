import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Action } from '../../../src/api/action.ts';
import { type AppOptions, createApp } from '../../../src/api/app.ts';
import { type Listener, listen } from '../../../src/api/server.ts';
import type { Config } from '../../../src/config/config.ts';
import { createSealer } from '../../../src/inventory/database/sealer.ts';
import { createInventory } from '../../../src/inventory/inventory.ts';

export const ACCESS_KEY = 'AKIATESTTESTTESTTEST';
export const SECRET_KEY = randomBytes(30).toString('base64');
export const REGION = 'local';

/** The settings that the gateway reads. */
export const config = { regions: [REGION], accountId: '123456789012' } as unknown as Config;

/** An unreachable inventory, because these tests' actions do not use it. */
const inventory = createInventory('postgresql://127.0.0.1:1/none', createSealer(randomBytes(32)));

export interface TestGateway {
  readonly app: FastifyInstance;
  readonly endpoint: string;
  readonly port: number;
  /** Every logged line, parsed. */
  readonly log: Record<string, unknown>[];
  readonly listener: Listener;
}

/** Collects pino's output. */
export function createTestLogger() {
  const log: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { logger: pino({ level: 'trace' }, stream), log };
}

/** An app with the given actions and one access key, not listening. */
export function createTestApp(
  actions: readonly Action[],
  options: Partial<AppOptions> = {},
): { app: FastifyInstance; log: Record<string, unknown>[] } {
  const { logger, log } = createTestLogger();
  const credentials = { find: (id: string) => (id === ACCESS_KEY ? SECRET_KEY : undefined) };
  return {
    app: createApp({ config, inventory, certificates: [] }, { actions, credentials, logger, ...options }),
    log,
  };
}

/** The same, listening on a free port of the loopback. */
export async function startTestGateway(
  actions: readonly Action[],
  options: Partial<AppOptions> = {},
): Promise<TestGateway> {
  const { app, log } = createTestApp(actions, options);
  const listener = await listen(app, { host: '127.0.0.1', port: 0 });
  return { app, log, listener, port: listener.port, endpoint: `http://127.0.0.1:${listener.port}/rds` };
}
