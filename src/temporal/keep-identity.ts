import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { readToml } from '../config/sources.ts';
import { isSameMaterial, readTlsFiles, type TlsMaterial } from './tls-files.ts';

export interface Renewal {
  /** Connects anew with what the files hold now. What it throws is told, and it is tried again. */
  readonly onFiles?: (temporal: Config['temporal']) => Promise<void>;
  readonly onApiKey: (apiKey: string) => Promise<void>;
}

const PAUSE_MS = 10_000;

const apiKeyIn = (file: string): string | undefined => {
  try {
    return readToml(readFileSync(file, 'utf8'), file).found.TEMPORAL_API_KEY;
  } catch {
    // It is being written, or gone: the last key counts.
    return undefined;
  }
};

/**
 * Sees, until `signal` is aborted, when the certificate, its key, the authority or the API key with which we call Temporal
 * has changed: those that count for hours are renewed while gateways and workers run. An API key of the environment cannot
 * change. Never throws.
 */
export const keepIdentity = async (
  { file, temporal }: Pick<Config, 'file' | 'temporal'>,
  { onFiles = async () => {}, onApiKey }: Renewal,
  log: Pick<Logger, 'info' | 'warn'>,
  signal: AbortSignal,
  pauseMs = PAUSE_MS,
): Promise<void> => {
  const { tls } = temporal;
  let apiKey = temporal.apiKey;
  const followsFile = apiKey !== undefined && apiKeyIn(file) === apiKey;
  let material: TlsMaterial | undefined;
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
      await onFiles({ ...temporal, apiKey });
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
};
