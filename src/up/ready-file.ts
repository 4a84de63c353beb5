import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ownTemporalTls } from '../config/own-temporal.ts';
import { formatAddress } from '../config/to-settings.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import type { UpPlan } from './up-plan.ts';

/** The data that a program needs to use a Cornac run by `cornac up`. */
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
    /** Paths of PEM files. Temporal refuses calls without them. */
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

/** Writes the ready file, if the plan names one. Its mode is 0600, because it contains a secret. */
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
