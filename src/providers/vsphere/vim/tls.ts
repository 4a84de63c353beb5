import { buildConnector } from 'undici';
import { VimUntrusted } from './fault.ts';

/** How to verify the server: by its own authority (PEM), by its certificate's SHA-256, or not at all. */
export interface Trust {
  readonly ca?: string | undefined;
  readonly thumbprint?: string | undefined;
  readonly noVerify?: boolean | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens connections with this trust. It applies to the client that uses it, never to the whole process. */
export function createConnector({ ca, thumbprint, noVerify }: Trust): buildConnector.connector {
  if (!thumbprint) {
    return buildConnector({
      timeout: CONNECT_TIMEOUT_MS,
      rejectUnauthorized: !noVerify,
      // A named authority is trusted even if it is an intermediate one whose root is not named.
      ...(ca ? { ca, allowPartialTrustChain: true } : {}),
    });
  }
  // A resumed session carries no certificate to compare, so no session is cached.
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
      const message = `its certificate's SHA-256 thumbprint is ${found || 'missing'}`;
      callback(new VimUntrusted(message, { isOther: true }), null);
    });
}

function normal(thumbprint: string) {
  return thumbprint.replaceAll(':', '').toLowerCase();
}
