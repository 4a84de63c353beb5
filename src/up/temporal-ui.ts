import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { OwnTemporalFiles } from '../config/own-temporal.ts';
import { OWN_TEMPORAL_NAME } from '../config/own-temporal.ts';
import type { ChildSpec } from '../supervisor/child.ts';
import type { ChildLog } from '../supervisor/child-log.ts';
import { PIPE_FD, spawnBound } from '../supervisor/programs.ts';

export interface TemporalUiOptions {
  readonly program: string;
  readonly port: number;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly tls: OwnTemporalFiles;
  readonly env: NodeJS.ProcessEnv;
  readonly log: ChildLog;
}

/** Temporal's Web UI, read-only: tools/temporal-ui. Every user of this computer can open it. */
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
          ...['-server-name', OWN_TEMPORAL_NAME, '-ready-fd', String(PIPE_FD)],
        ],
        env,
        log,
        { withPipe: true },
      ),
    ready: (child, signal) => awaitReadyLine(child, signal),
    graceMs: 5_000,
  };
}

/**
 * Resolves when the child reports on its pipe that it listens. An answer at the address proves nothing,
 * because another user's process may listen there.
 */
async function awaitReadyLine(child: ChildProcess, signal: AbortSignal): Promise<void> {
  const pipe = child.stdio[PIPE_FD];
  if (!pipe) throw new Error('it has no pipe to report that it is ready');
  await once(pipe, 'data', { signal });
}
