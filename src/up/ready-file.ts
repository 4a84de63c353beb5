import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ownTemporalTls } from '../config/own-temporal.ts';
import { formatAddress } from '../config/to-settings.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import type { UpPlan } from './up-plan.ts';

/** What a program needs to use a Cornac that `cornac up` runs. */
export interface ReadyFile {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Address of Temporal's Web UI. */
  readonly ui: string;
  /** Address of /healthz, /readyz and /metrics. */
  readonly ops: string;
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    /** Paths of PEM files: without them Temporal takes no call. */
    readonly tls: {
      readonly ca: string;
      readonly cert: string;
      readonly key: string;
      readonly serverName: string;
    };
  };
  readonly config: string;
  readonly stateDir: string;
  readonly pid: number;
}

/** Tells in a file, where one is asked for, how to use what runs now. It holds a secret: mode 0600. */
export async function writeReadyFile({ readyFile, config, credentials }: UpPlan): Promise<void> {
  if (readyFile === undefined) return;
  const content: ReadyFile = {
    endpoint: `http://${formatAddress(config.listen)}/rds`,
    region: config.regions[0] ?? 'local',
    ...credentials,
    ui: config.temporal.ui,
    ops: `http://${formatAddress(config.opsListen)}`,
    temporal: {
      address: config.temporal.address,
      namespace: config.temporal.namespace,
      tls: ownTemporalTls(config.stateDir),
    },
    config: config.file,
    stateDir: config.stateDir,
    pid: process.pid,
  };
  await mkdir(dirname(readyFile), { recursive: true });
  await writeFileAtomically(readyFile, `${JSON.stringify(content, null, 2)}\n`);
}
