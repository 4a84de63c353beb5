import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnvironment, findFreePorts, type Ready, type Stack, startStack } from '../acceptance/stack.ts';
import type { Kept } from './calm.ts';
import type { LogBook } from './log-book.ts';

/** Keeps `cornac up` running as systemd does (`Restart=always`): it only starts an `up` that ends again. */
export interface Keeper extends Kept {
  /** The ready file of the first `up`; it is the same for all later ones. */
  readonly first: Ready;
  readonly gatewayPort: number;
  /** Call it before an `up` is killed. */
  expectEnd(): void;
  /** How often a ready `up` has ended by itself. */
  unexpectedEnds(): number;
  /** Ctrl-C. @returns the exit status */
  stop(): Promise<number | null>;
}

const restartMs = 1_000;

/** Starts the first `up` on `stateDir`. @throws when the `up` does not become ready */
export async function startKeeper(stateDir: string, directory: string, book: LogBook): Promise<Keeper> {
  const [gatewayPort = 0, ops, temporal, ui] = await findFreePorts(4);
  const args = [
    ...['--port', `${gatewayPort}`, '--ops-port', `${ops}`],
    ...['--temporal-port', `${temporal}`, '--ui-port', `${ui}`],
  ];
  const start = () => startStack(stateDir, { args, logFile: join(directory, 'up.log') });

  let current: Stack | undefined = await start();
  const first: Ready = current;
  let isExpected = false;
  let unexpected = 0;
  let status: number | null = null;
  let isStopping = false;

  const restart = async () => {
    while (current === undefined && !isStopping) {
      await delay(restartMs);
      current = await start().catch((error: Error) => {
        book.note(`up did not get ready: ${error.message}`);
        return undefined;
      });
    }
    if (current && !isStopping) book.say('up is ready again');
  };
  const keep = async () => {
    while (!isStopping) {
      const { process } = current as Stack;
      if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
      const how = process.signalCode ?? `status ${process.exitCode}`;
      status = process.exitCode;
      if (isStopping) return;
      book.say(`up ended: ${how}`);
      if (!isExpected) unexpected += 1;
      isExpected = false;
      current = undefined;
      await restart();
    }
  };
  const keeping = keep();
  return {
    first,
    temporal: first.temporal,
    env: {
      ...cleanEnvironment(),
      CORNAC_CONFIG: first.config,
      CORNAC_STATE_DIR: first.stateDir,
      CORNAC_TEMPORAL_ADDRESS: first.temporal.address,
    },
    gatewayPort,
    isReady: () => current !== undefined,
    expectEnd: () => {
      isExpected = current !== undefined;
    },
    unexpectedEnds: () => unexpected,
    async stop() {
      isStopping = true;
      await current?.stop();
      await keeping;
      // An `up` that was starting.
      await current?.stop();
      return status;
    },
  };
}
