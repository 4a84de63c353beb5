import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import type { LibvirtUri, SshTransport, UnixTransport } from '../uri.ts';
import { ConnectionError } from './errors.ts';

/** A stream of bytes to and from libvirt, and the reason for its end. */
export interface Transport {
  readonly stream: Duplex;
  /** Returns the reason why the stream ended, where the transport knows it. */
  ending?(): Promise<ConnectionError>;
}

/** The usual sockets: of libvirt's single daemon, and of the daemon for QEMU where the daemons are split. */
const SOCKETS = ['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock'];
const CONNECT_TIMEOUT_S = 10;

/** @throws ConnectionError whose message says what to do */
export function openTransport({ transport, open }: LibvirtUri): Promise<Transport> {
  return transport.kind === 'ssh' ? openSsh(transport, open) : openUnix(transport);
}

async function openUnix({ socket }: UnixTransport): Promise<Transport> {
  const failures: ConnectionError[] = [];
  for (const path of socket === undefined ? SOCKETS : [socket]) {
    try {
      return { stream: await openSocket(path) };
    } catch (error) {
      failures.push(explainSocket(path, error as NodeJS.ErrnoException));
    }
  }
  // A refusal is reported before a missing socket, because it is more helpful.
  throw failures.find(({ cause }) => !isMissing(cause)) ?? failures[0] ?? new ConnectionError('no socket');
}

function openSocket(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function isMissing(error: unknown) {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

function explainSocket(path: string, error: NodeJS.ErrnoException): ConnectionError {
  const advice: Record<string, string> = {
    EACCES: `no permission on ${path}: add this user to the group libvirt (usermod -aG libvirt USER), then log in again`,
    ENOENT: `${path} does not exist: install libvirt (libvirt-daemon-system) and start it (systemctl start libvirtd)`,
    ECONNREFUSED: `no program listens on ${path}: start libvirt (systemctl start libvirtd)`,
  };
  return new ConnectionError(advice[error.code ?? ''] ?? `${path}: ${error.message}`, {
    cause: error,
    refused: error.code === 'EACCES',
  });
}

/** `ssh host virt-ssh-helper URI`, as libvirt's own client: the helper connects the pipe to the socket. */
async function openSsh(transport: SshTransport, open: string): Promise<Transport> {
  const child = spawn('ssh', sshArguments(transport, open), { stdio: ['pipe', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-2_000);
  });
  child.on('error', (error) => {
    stderr = `ssh cannot be started: ${error.message}`;
  });
  // ssh may write the reason for its end to stderr after the end of its stdout.
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const target = transport.user === undefined ? transport.host : `${transport.user}@${transport.host}`;
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin }) as Duplex;
  stream.once('close', () => child.kill());
  return { stream, ending: () => exited.then(() => sshError(`ssh ${target}`, stderr)) };
}

function sshArguments({ host, user, port, keyFile, knownHosts }: SshTransport, open: string): string[] {
  const options = [
    // Without a terminal nothing answers a prompt of ssh.
    'BatchMode=yes',
    `ConnectTimeout=${CONNECT_TIMEOUT_S}`,
    'ForwardX11=no',
    ...(knownHosts === undefined ? [] : [`UserKnownHostsFile=${knownHosts}`]),
    ...(keyFile === undefined ? [] : [`IdentityFile=${keyFile}`, 'IdentitiesOnly=yes']),
  ];
  return [
    '-T',
    '-e',
    'none',
    ...options.flatMap((option) => ['-o', option]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    '--',
    host,
    `virt-ssh-helper '${open}'`,
  ];
}

function sshError(target: string, stderr: string): ConnectionError {
  const refusals: [RegExp, string][] = [
    [
      /Permission denied \(/,
      `${target} rejects Cornac's SSH key: add it to authorized_keys there, or name another key in keyfile=`,
    ],
    [
      /Too many authentication failures/,
      `${target} refuses after too many keys: name the right one in keyfile=, or offer fewer in the agent`,
    ],
    [
      /Host key verification failed/,
      `${target} presents a host key that is not among the known hosts: add it (ssh-keyscan), or name a file in known_hosts=`,
    ],
    [
      /virt-ssh-helper.*not found/,
      `${target}: virt-ssh-helper is missing there: install libvirt-daemon 6.8 or newer`,
    ],
  ];
  const refusal = refusals.find(([pattern]) => pattern.test(stderr))?.[1];
  if (refusal !== undefined) return new ConnectionError(refusal, { refused: true });
  return new ConnectionError(`${target}: ${stderr.trim().split('\n').at(-1) || 'the connection ended'}`);
}
