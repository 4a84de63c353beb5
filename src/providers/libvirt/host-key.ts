import ssh2 from 'ssh2';
import type { Progress } from '../provider.ts';
import { NAMESPACE, readMachineMetadata } from './domain-xml.ts';
import type { Host } from './host.ts';
import { CallTimeout, LibvirtError } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';
import { waitFor } from './wait.ts';
import { element, renderXml } from './xml.ts';

const BOOT_DEADLINE_MS = 600_000;
const METADATA_ELEMENT = 2;
const AFFECT_LIVE_AND_CONFIG = 3;
const KEY_FILE = '/etc/ssh/ssh_host_ed25519_key.pub';

/**
 * The host key that the machine shows: from its metadata, where it has been since before the first boot, else read
 * once through the guest agent, which nobody on the network can stand in for.
 */
export async function ensureHostKey(
  host: Host,
  domain: Domain,
  definition: string,
  progress: Progress,
): Promise<string> {
  const { owner, hostKey: pinned } = readMachineMetadata(definition) ?? {};
  if (pinned !== undefined) return pinned;
  const hostKey = await waitFor(host, domain.name, progress, {
    what: `the guest agent of ${domain.name}`,
    deadlineMs: BOOT_DEADLINE_MS,
    look: () => readKey(host, domain),
  });
  await host.call(procedures.domainSetMetadata, {
    dom: domain,
    type: METADATA_ELEMENT,
    // Libvirt itself adds prefix and namespace.
    metadata: renderXml(element('machine', { ...(owner !== undefined && { owner }), hostKey })),
    key: 'cornac',
    uri: NAMESPACE,
    flags: AFFECT_LIVE_AND_CONFIG,
  });
  return hostKey;
}

async function readKey(host: Host, dom: Domain): Promise<string | undefined> {
  const agent = async <T>(execute: string, args: object): Promise<T> => {
    const cmd = JSON.stringify({ execute, arguments: args });
    const { result = '{}' } = await host.call(procedures.domainAgentCommand, {
      dom,
      cmd,
      timeout: 5,
      flags: 0,
    });
    return (JSON.parse(result) as { return: T }).return;
  };
  try {
    const handle = await agent<number>('guest-file-open', { path: KEY_FILE, mode: 'r' });
    const { 'buf-b64': content } = await agent<{ 'buf-b64': string }>('guest-file-read', {
      handle,
      count: 4096,
    });
    await agent('guest-file-close', { handle });
    const [type, key] = Buffer.from(content, 'base64').toString().split(/\s+/);
    return type && key ? `${type} ${key}` : undefined;
  } catch (error) {
    // Not up yet, or up before the key is made.
    if (error instanceof LibvirtError || error instanceof CallTimeout) return undefined;
    throw error;
  }
}

/** Waits until the machine shows its host key: sshd listens, and the identity of the machine is its own. */
export async function waitForSsh(
  host: Host,
  domain: Domain,
  address: string,
  hostKey: string,
  progress: Progress,
): Promise<void> {
  await waitFor(host, domain.name, progress, {
    what: `SSH on ${domain.name} (${address})`,
    deadlineMs: BOOT_DEADLINE_MS,
    pollMs: 300,
    look: async () => ((await shownKey(address)) === hostKey ? true : undefined),
  });
}

/** The host key that an address shows, if it shows one: the handshake goes on until there, and no login is tried. */
function shownKey(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    let shown: string | undefined;
    const done = () => {
      client.destroy();
      resolve(shown);
    };
    client.on('error', done).on('close', done);
    client.connect({
      host: address,
      port: 22,
      username: 'root',
      readyTimeout: 10_000,
      algorithms: { serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (key: Buffer) => {
        shown = `ssh-ed25519 ${key.toString('base64')}`;
        return false;
      },
    });
  });
}
