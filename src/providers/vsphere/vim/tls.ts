import { buildConnector } from 'undici';
import { VimUntrusted } from './fault.ts';

/** How to know the server: by an authority of its own (PEM), by its certificate's SHA-256, or not at all. */
export interface Trust {
  readonly ca?: string | undefined;
  readonly thumbprint?: string | undefined;
  readonly noVerify?: boolean | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens connections that are trusted as told. It holds for the client that uses it, never for the process. */
export function createConnector({ ca, thumbprint, noVerify }: Trust): buildConnector.connector {
  if (!thumbprint) {
    return buildConnector({
      timeout: CONNECT_TIMEOUT_MS,
      rejectUnauthorized: !noVerify,
      // An authority that was named is trusted, also where it is an intermediate one and nobody named the root above it.
      ...(ca ? { ca, allowPartialTrustChain: true } : {}),
    });
  }
  // A resumed session carries no certificate to look at: none is kept.
  const connect = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    rejectUnauthorized: false,
    maxCachedSessions: 0,
  });
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error) return callback(error, null);
      const found = 'getPeerCertificate' in socket ? normal(socket.getPeerCertificate().fingerprint256) : '';
      if (found === normal(thumbprint)) return callback(null, socket);
      socket.destroy();
      callback(new VimUntrusted(`its certificate's SHA-256 thumbprint is ${found || 'missing'}`), null);
    });
}

function normal(thumbprint: string) {
  return thumbprint.replaceAll(':', '').toLowerCase();
}
