import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config, TlsFiles } from '../config/config.ts';
import { readToml } from '../config/sources.ts';
import { isSameMaterial, readTlsFiles, type TlsMaterial } from './tls-files.ts';

export interface Renewal {
  /** Connects again with the new contents of the files. Its error is logged, and the call is repeated. */
  readonly onFiles?: (temporal: Config['temporal'], material: TlsMaterial) => Promise<void>;
  readonly onApiKey: (apiKey: string) => Promise<void>;
}

/** The credentials in use for calls to Temporal. */
export interface Identity {
  /** undefined: no files are configured, or a file cannot be read now */
  readonly material: TlsMaterial | undefined;
  /** Whether the API key comes from the configuration file and not from the environment. */
  readonly followsFile: boolean;
}

const PAUSE_MS = 10_000;

function apiKeyIn(file: string): string | undefined {
  try {
    return readToml(readFileSync(file, 'utf8'), file).found.TEMPORAL_API_KEY;
  } catch {
    // The file is being written or is missing: the last key stays in use.
    return undefined;
  }
}

type Place = Pick<Config, 'file' | 'temporal'>;

/** Reads the credentials. Call it before connecting and connect with its result, so that later renewals are seen. */
export function readIdentity({ file, temporal: { apiKey, tls } }: Place): Identity {
  return {
    material: typeof tls === 'boolean' ? undefined : materialIn(tls),
    followsFile: apiKey !== undefined && apiKeyIn(file) === apiKey,
  };
}

function materialIn(files: TlsFiles): TlsMaterial | undefined {
  try {
    return readTlsFiles(files);
  } catch {
    // The connection reports the error.
    return undefined;
  }
}

/**
 * Watches, until `signal` is aborted, the certificate, its key, the authority and the API key for calls to
 * Temporal, because short-lived credentials are renewed while gateways and workers run. An API key from the
 * environment cannot change. Never throws.
 */
export async function keepIdentity(
  { file, temporal }: Place,
  inUse: Identity,
  { onFiles = async () => {}, onApiKey }: Renewal,
  log: Pick<Logger, 'info' | 'warn'>,
  signal: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<void> {
  const { tls } = temporal;
  const { followsFile } = inUse;
  let { apiKey } = temporal;
  let { material } = inUse;
  let healthy = true;

  const look = async (): Promise<void> => {
    const found = followsFile ? apiKeyIn(file) : undefined;
    if (found !== undefined && found !== apiKey) {
      await onApiKey(found);
      apiKey = found;
      log.info('connections to Temporal use the new API key');
    }
    if (typeof tls === 'boolean') return;
    const now = readTlsFiles(tls);
    if (material !== undefined && !isSameMaterial(now, material)) {
      await onFiles({ ...temporal, apiKey }, now);
      log.info('connections to Temporal use the new certificate');
    }
    material = now;
  };

  while (!signal.aborted) {
    try {
      await look();
      healthy = true;
    } catch (err) {
      if (healthy) log.warn({ err }, 'the renewed API key or certificate for Temporal cannot be used yet');
      healthy = false;
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}
