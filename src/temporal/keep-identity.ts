import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config, TlsFiles } from '../config/config.ts';
import { readToml } from '../config/sources.ts';
import { isSameMaterial, readTlsFiles, type TlsMaterial } from './tls-files.ts';

export interface Renewal {
  /** Connects anew with what the files hold now. What it throws is told, and it is tried again. */
  readonly onFiles?: (temporal: Config['temporal'], material: TlsMaterial) => Promise<void>;
  readonly onApiKey: (apiKey: string) => Promise<void>;
}

/** With what Temporal is called. */
export interface Identity {
  /** undefined: with no files, or one of them cannot be read now */
  readonly material: TlsMaterial | undefined;
  /** Whether the API key is that of the configuration file, and not of the environment. */
  readonly followsFile: boolean;
}

const PAUSE_MS = 10_000;

function apiKeyIn(file: string): string | undefined {
  try {
    return readToml(readFileSync(file, 'utf8'), file).found.TEMPORAL_API_KEY;
  } catch {
    // It is being written, or gone: the last key counts.
    return undefined;
  }
}

type Place = Pick<Config, 'file' | 'temporal'>;

/** To be called before one connects, and to connect with: what is renewed while one does is seen then. */
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
    // Who connects says it.
    return undefined;
  }
}

/**
 * Sees, until `signal` is aborted, when the certificate, its key, the authority or the API key with which we call Temporal
 * has changed: those that count for hours are renewed while gateways and workers run. An API key of the environment cannot
 * change. Never throws.
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
      log.info('Temporal is called with the new API key');
    }
    if (typeof tls === 'boolean') return;
    const now = readTlsFiles(tls);
    if (material !== undefined && !isSameMaterial(now, material)) {
      await onFiles({ ...temporal, apiKey }, now);
      log.info('Temporal is called with the new certificate');
    }
    material = now;
  };

  while (!signal.aborted) {
    try {
      await look();
      healthy = true;
    } catch (err) {
      if (healthy) log.warn({ err }, 'what was renewed for Temporal cannot be used yet');
      healthy = false;
    }
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  }
}
