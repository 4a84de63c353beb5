import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';

function openssl(...args: string[]) {
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Authorities, a server's certificate and a client's certificate in a new directory. The client's can be renewed. */
export function createIdentities() {
  const directory = mkdtempSync(join(tmpdir(), 'cornac-identity-'));
  const path = (name: string) => join(directory, name);
  const issue = (authority: string, name: string, subject: string) => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const request = ['-keyout', path(`${name}.key`), '-out', path(`${name}.csr`), '-subj', `/CN=${subject}`];
    openssl('req', ...key, ...request);
    writeFileSync(path(`${name}.ext`), 'subjectAltName = DNS:temporal.test\n');
    openssl(
      ...['x509', '-req', '-in', path(`${name}.csr`), '-days', '1', '-out', path(`${name}.crt`)],
      ...['-CA', path(`${authority}.crt`), '-CAkey', path(`${authority}.key`), '-CAcreateserial'],
      ...['-extfile', path(`${name}.ext`)],
    );
  };
  const createAuthority = (name: string) => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    openssl(
      ...['req', '-x509', ...key, '-days', '1', '-subj', `/CN=${name}`],
      ...['-keyout', path(`${name}.key`), '-out', path(`${name}.crt`)],
    );
  };
  for (const name of ['servers', 'clients', 'later-clients']) createAuthority(name);
  issue('servers', 'server', 'temporal.test');
  issue('clients', 'client', 'before');
  /** Renews the client's key with another authority. The returned function then renews the certificate. */
  const renewKey = () => {
    issue('later-clients', 'next', 'after');
    renameSync(path('next.key'), path('client.key'));
    return () => renameSync(path('next.crt'), path('client.crt'));
  };
  return {
    files: {
      ca: path('servers.crt'),
      cert: path('client.crt'),
      key: path('client.key'),
      serverName: 'temporal.test',
    },
    read: (name: string) => readFileSync(path(name)),
    renewKey,
    renew: () => renewKey()(),
    remove: () => rmSync(directory, { recursive: true }),
  };
}

/** A TLS proxy before a Temporal without TLS. It accepts clients with certificates of one authority. */
export async function startTlsWay(
  address: string,
  { read }: Pick<ReturnType<typeof createIdentities>, 'read'>,
) {
  const [host = '', port] = address.split(':');
  const open = new Set<TLSSocket | Socket>();
  const seen: string[] = [];
  const optionsFor = (authority: string) => ({
    key: read('server.key'),
    cert: read('server.crt'),
    ca: read(`${authority}.crt`),
    requestCert: true,
    rejectUnauthorized: true,
    ALPNProtocols: ['h2'],
  });
  const server = createServer(optionsFor('clients'), (near) => {
    seen.push(String(near.getPeerCertificate().subject.CN));
    const far = connect(Number(port), host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          open.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = server.address();
  return {
    address: `127.0.0.1:${typeof own === 'object' ? own?.port : 0}`,
    /** The subjects of the accepted certificates, in order. */
    seen,
    /** Ends all connections. From then on accepts only certificates of the other authority. */
    expectRenewed: () => {
      server.setSecureContext(optionsFor('later-clients'));
      for (const socket of open) socket.destroy();
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
