import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createApp } from '../../src/api/app.ts';
import { actions } from '../../src/api/rds/index.ts';
import { listen } from '../../src/api/server.ts';
import { isDatabaseUnavailable } from '../../src/inventory/database/client.ts';
import { createSealer } from '../../src/inventory/database/sealer.ts';
import { createInventory } from '../../src/inventory/inventory.ts';
import { config } from '../support/api/api.ts';
import { ACCESS_KEY, createTestLogger, SECRET_KEY } from '../support/api/gateway.ts';
import { signRequest } from '../support/api/sign.ts';
import { count } from '../support/counts.ts';
import { startTestInventory } from '../support/inventory.ts';
import { type Answer, talk } from './api-talk.ts';
import { render, toDraft } from './mutations/draft.ts';

export interface RealGateway {
  readonly port: number;
  readonly log: readonly Record<string, unknown>[];
  readonly inventory: Awaited<ReturnType<typeof startTestInventory>>;
  /** Sends a correctly signed form, and counts the call. */
  call(form: string): Promise<Answer>;
  /** All rows of all tables, except rows that every call adds or removes. */
  snapshot(): Promise<string>;
  close(): Promise<void>;
}

/** The real gateway in this process, with all actions and an inventory in a PostgreSQL of its own. */
export async function startRealGateway(): Promise<RealGateway> {
  const inventory = await startTestInventory();
  const own = createInventory(inventory.databaseUrl, createSealer(randomBytes(32)));
  await own.engineVersions.replace(['15.18', '14.23', '15.4']);
  const { logger, log } = createTestLogger();
  const app = createApp(
    { config, inventory: own, certificates: [] },
    {
      actions,
      logger,
      credentials: { find: (id) => (id === ACCESS_KEY ? SECRET_KEY : undefined) },
      invocations: own.invocations,
      isUnavailable: isDatabaseUnavailable,
    },
  );
  const listener = await listen(app, { host: '127.0.0.1', port: 0 });
  const reader = new pg.Client(inventory.databaseUrl);
  await reader.connect();
  return {
    port: listener.port,
    log,
    inventory,
    async call(form) {
      const request = await signRequest({
        body: form,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      const [answer] = await talk(listener.port, render(toDraft(request)));
      count('tried');
      if (!answer) throw new Error(`no answer to ${form.slice(0, 500)}`);
      if (answer.status >= 500) count('5xx');
      return answer;
    },
    async snapshot() {
      const tables = ['instance', 'operation', 'secret', 'event', 'engine_version'];
      const texts: string[] = [];
      for (const table of tables) {
        const { rows } = await reader.query(`SELECT t::text AS text FROM ${table} t ORDER BY 1`);
        texts.push(...rows.map(({ text }) => `${table} ${text}`));
      }
      return texts.join('\n');
    },
    async close() {
      await reader.end();
      await listener.close();
      await own.close();
      await inventory.close();
    },
  };
}
