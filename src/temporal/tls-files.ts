import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TlsFiles } from '../config/config.ts';

export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** What the files hold now. @throws where one cannot be read */
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

/**
 * A context for TLS that is made anew, of what the files hold then, at each connection after they have changed. While one
 * is missing, or certificate and key do not belong together because only one of them has been written, the last good one
 * counts.
 */
export function createFreshContext(files: TlsFiles): SecureContext {
  let material = readTlsFiles(files);
  let context = createSecureContext(material);
  const refresh = () => {
    try {
      const now = readTlsFiles(files);
      if (isSameMaterial(now, material)) return;
      context = createSecureContext(now);
      material = now;
    } catch {
      // The last good one counts.
    }
  };
  return {
    // Node asks for it whenever it connects.
    get context() {
      refresh();
      return context.context;
    },
  };
}
