import { setTimeout as delay } from 'node:timers/promises';
import type { OwnTemporalFiles } from '../config/own-temporal.ts';
import { OWN_TEMPORAL_NAME } from '../config/own-temporal.ts';
import type { ChildSpec } from '../supervisor/child.ts';
import type { ChildLog } from '../supervisor/child-log.ts';
import { spawnBound } from '../supervisor/programs.ts';

export interface TemporalUiOptions {
  readonly program: string;
  readonly port: number;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly tls: OwnTemporalFiles;
  readonly env: NodeJS.ProcessEnv;
  readonly log: ChildLog;
}

const PAUSE_MS = 50;

/** Temporal's Web UI, for reading: tools/temporal-ui. Every user of this computer may look at it. */
export function temporalUi({ program, port, temporal, tls, env, log }: TemporalUiOptions): ChildSpec {
  const listen = `127.0.0.1:${port}`;
  return {
    name: 'web-ui',
    start: () =>
      spawnBound(
        program,
        [
          ...['-listen', listen, '-temporal', temporal.address, '-namespace', temporal.namespace],
          ...['-ca', tls.ca, '-cert', tls.client.cert, '-key', tls.client.key],
          ...['-server-name', OWN_TEMPORAL_NAME],
        ],
        env,
        log,
      ),
    ready: async (_child, signal) => {
      for (;;) {
        signal.throwIfAborted();
        const answer = await fetch(`http://${listen}/healthz`, { signal }).catch(() => undefined);
        await answer?.body?.cancel();
        if (answer?.ok) return;
        await delay(PAUSE_MS, undefined, { signal });
      }
    },
    graceMs: 5_000,
  };
}
