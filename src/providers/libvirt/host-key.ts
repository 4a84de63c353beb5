import { type Progress, ProviderError } from '../provider.ts';
import { createHostKeyCheck, findShownHostKey } from '../shown-host-key.ts';
import { describeLease } from './address.ts';
import { NAMESPACE, readMachineMetadata } from './domain-xml.ts';
import type { Host } from './host.ts';
import type { Keeper } from './keep-running.ts';
import { CallTimeout, LibvirtError } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';
import { waitFor } from './wait.ts';
import { element, renderXml } from './xml.ts';

const METADATA_ELEMENT = 2;
const AFFECT_LIVE_AND_CONFIG = 3;
const KEY_FILE = '/etc/ssh/ssh_host_ed25519_key.pub';

/**
 * The machine's host key. A machine with a seed has it in its metadata since before the first boot. Else it
 * is read once through the guest agent, because nothing on the network can pose as the agent.
 */
export async function ensureHostKey(
  host: Host,
  domain: Domain,
  definition: string,
  progress: Progress,
  keeper: Keeper,
): Promise<string> {
  const { owner, hostKey: pinned } = readMachineMetadata(definition) ?? {};
  if (pinned !== undefined) return pinned;
  const hostKey = await waitFor(host, domain.name, progress, {
    what: `the guest agent of ${domain.name}`,
    deadlineMs: host.times.boot,
    keeper,
    missing: () => 'it does not answer, or has no host key yet',
    look: () => readKey(host, domain),
  });
  await host.call(procedures.domainSetMetadata, {
    dom: domain,
    type: METADATA_ELEMENT,
    // Libvirt adds the prefix and the namespace.
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
    // The agent is not up yet, or it is up before the key is made.
    if (error instanceof LibvirtError || error instanceof CallTimeout) return undefined;
    throw error;
  }
}

/**
 * Waits until the machine shows its host key: then sshd listens, and the machine has its own identity.
 * @throws ProviderError `HostKeyMismatch` where another key is shown for longer than a first start may take
 */
export async function waitForSsh(
  host: Host,
  domain: Domain,
  address: string,
  hostKey: string,
  progress: Progress,
  keeper: Keeper,
): Promise<void> {
  const { check } = createHostKeyCheck(hostKey, host.times.otherHostKey);
  let problem: string | undefined;
  await waitFor(host, domain.name, progress, {
    what: `SSH on ${domain.name} (${address})`,
    deadlineMs: host.times.boot,
    pollMs: 300,
    keeper,
    missing: () => problem,
    look: async () => {
      const shown = await findShownHostKey({ host: address, port: 22 });
      const { isPinned, isOver, ...checked } = check(shown);
      if (isPinned) return true;
      problem = checked.problem;
      if (isOver) throw new ProviderError('HostKeyMismatch', `${domain.name} (${address}): ${problem}`);
      if ('unresolved' in shown) problem = `${problem}, and ${await describeLease(host, domain)}`;
      return undefined;
    },
  });
}
