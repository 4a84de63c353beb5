import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsFiles } from '../config/config.ts';

export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** The present contents of the files. @throws where a file cannot be read */
export function readTlsFiles({ ca, cert, key }: TlsFiles): TlsMaterial {
  return {
    ...(ca && { ca: readFileSync(ca) }),
    ...(cert && { cert: readFileSync(cert) }),
    ...(key && { key: readFileSync(key) }),
  };
}

export function isSameMaterial(one: TlsMaterial, other: TlsMaterial): boolean {
  return (['ca', 'cert', 'key'] as const).every((part) =>
    Buffer.from(one[part] ?? '').equals(Buffer.from(other[part] ?? '')),
  );
}

/** Whether certificate and key belong together and all parts can be parsed. */
export function isFitting(material: TlsMaterial): boolean {
  try {
    createSecureContext(material);
    return true;
  } catch {
    return false;
  }
}

/** Longest time between the writes of the certificate and of its key. */
const FITTING_MS = 10_000;
const LOOK_MS = 50;

/**
 * The contents of the files as soon as they fit together, because a start in the middle of a renewal finds a
 * certificate without its key.
 * @throws at once where a file cannot be read; Error with the names of the files where they do not fit after
 *   `waitMs`
 */
export async function readFittingTlsFiles(files: TlsFiles, waitMs = FITTING_MS): Promise<TlsMaterial> {
  for (const end = Date.now() + waitMs; ; await delay(LOOK_MS)) {
    const material = readTlsFiles(files);
    try {
      createSecureContext(material);
      return material;
    } catch (error) {
      if (Date.now() >= end) throw new Error(describeMisfit(files, error), { cause: error });
    }
  }
}

function describeMisfit({ ca, cert, key }: TlsFiles, error: unknown): string {
  const names = [
    ca && `TEMPORAL_TLS_CA ${ca}`,
    cert && `TEMPORAL_TLS_CERT ${cert}`,
    key && `TEMPORAL_TLS_KEY ${key}`,
  ];
  const reason = error instanceof Error ? error.message : error;
  return `${names.filter(Boolean).join(', ')}: expected PEM files with an authority, a certificate, and the key of that certificate (${reason})`;
}

/**
 * A TLS context that is made again at the first connection after the files have changed. The last usable
 * context stays while a file is missing, or while certificate and key do not fit because only one is written
 * yet.
 * @param first the contents that the caller has just read
 */
export function createFreshContext(files: TlsFiles, first = readTlsFiles(files)): SecureContext {
  let material = first;
  let context = createSecureContext(material);
  const refresh = () => {
    try {
      const now = readTlsFiles(files);
      if (isSameMaterial(now, material)) return;
      context = createSecureContext(now);
      material = now;
    } catch {
      // The last usable context stays.
    }
  };
  return {
    // Node reads this property for every connection.
    get context() {
      refresh();
      return context.context;
    },
  };
}
