import { once } from 'node:events';
import { connect, isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDeadline } from '../../deadline.ts';
import { type Progress, ProviderError, type RunningMachine, type SshTarget } from '../provider.ts';
import type { Context } from './context.ts';
import { waitForCustomization } from './customized.ts';
import { keys, optionValues } from './extra-config.ts';
import { getMachine, livePaths, noTools, toMachine, type VirtualMachine } from './machine.ts';
import { finishTask, steadily } from './steady.ts';
import { isFault } from './vim/fault.ts';
import type { Ref } from './vim/schema.ts';
import { waitUntil } from './vim/wait.ts';

const CONNECT_MS = 5_000;

const hostKeyForm = /^ssh-ed25519 [A-Za-z0-9+/]{68}$/;

/** Powers the machine on with the size it is to have, and waits until SSH can be tried. */
export async function startMachine(
  context: Context,
  name: string,
  progress: Progress,
): Promise<RunningMachine> {
  const deadline = Date.now() + context.times.boot;
  await steadily(progress, () => powerOn(context, name, progress));
  await waitForCustomization(context, name, deadline, progress);
  const machine = await waitForGuest(context, name, deadline, progress);
  const ssh = await steadily(progress, () => pin(context, machine, progress));
  await waitForSsh(ssh, deadline, progress);
  const domain = context.dnsDomain;
  return {
    ...toMachine(machine),
    state: 'running',
    address: domain ? `${name}.${domain}` : ssh.host,
    ssh,
    guestRoot: '',
  };
}

async function powerOn(context: Context, name: string, progress: Progress): Promise<void> {
  const { vim } = context;
  const machine = await getMachine(context, name);
  if (machine.isOn) return;
  const { ref, extraConfig, cpus, memoryMiB } = machine;
  const run = async (what: string, task: Promise<unknown>) =>
    finishTask(vim, (await task) as Ref, what, progress, 10 * 60_000);
  const numCPUs = Number(extraConfig.get(keys.cpus) ?? cpus);
  const memoryMB = Number(extraConfig.get(keys.memoryMiB) ?? memoryMiB);
  if (numCPUs !== cpus || memoryMB !== memoryMiB) {
    const spec = { numCPUs, numCoresPerSocket: 1, memoryMB };
    await run('Changing CPUs and memory', vim.call('ReconfigVM_Task', { _this: ref, spec }));
  }
  await run('Powering on', vim.call('PowerOnVM_Task', { _this: ref })).catch((error) => {
    if (!isFault(error, 'InvalidPowerState')) throw error; // somebody else was quicker
  });
}

/** Where the machine is, and as whom. Undefined as long as nobody knows. */
export function sshTarget({ settings }: Context, machine: VirtualMachine): SshTarget | undefined {
  const { extraConfig } = machine;
  const hostKey = extraConfig.get(keys.hostKey) ?? extraConfig.get(keys.guestHostKey);
  const host = address(machine);
  if (!hostKey || !hostKeyForm.test(hostKey) || !host) return undefined;
  return { host, port: settings.sshPort, user: 'root', hostKey };
}

/** The address that was asked for, else the first IPv4 address that DHCP or a person gave. */
function address({ extraConfig, addresses }: VirtualMachine): string | undefined {
  const wanted = extraConfig.get(keys.address);
  if (wanted) return addresses.find((found) => found === wanted);
  return addresses.find((found) => isIPv4(found) && !found.startsWith('169.254.'));
}

async function waitForGuest(
  context: Context,
  name: string,
  deadline: number,
  { signal, report }: Progress,
): Promise<VirtualMachine> {
  const { vim, times } = context;
  let last = await getMachine(context, name);
  const look = async () => {
    last = await getMachine(context, name);
    if (!last.isOn) throw new ProviderError('Unavailable', `${name} went off while it started`);
    return last.hasTools && sshTarget(context, last) ? last : undefined;
  };
  const onSlice = () => report(`Waiting for the guest: ${lack(context, last)}`);
  const ready = await waitUntil(vim, last.ref, livePaths, look, { deadline, signal, onSlice });
  if (ready) return ready;
  throw new ProviderError(
    'Timeout',
    `${name} is not ready after ${times.boot / 1000} s: ${lack(context, last)}`,
  );
}

function lack(context: Context, machine: VirtualMachine): string {
  const { extraConfig, hasTools } = machine;
  if (!hasTools) return noTools;
  if (!address(machine)) return `it has no address${extraConfig.has(keys.address) ? ' as asked for' : ''}`;
  if (sshTarget(context, machine)) return 'ready';
  return "it has not told its SSH host key (the origin needs the appliance's feature vmware)";
}

/** Notes the host key that the guest told first. It is never asked again. */
async function pin(context: Context, machine: VirtualMachine, progress: Progress): Promise<SshTarget> {
  const { vim } = context;
  const target = sshTarget(context, machine);
  if (!target) throw new Error('the guest was not ready');
  if (!machine.extraConfig.has(keys.hostKey)) {
    const spec = { extraConfig: optionValues([[keys.hostKey, target.hostKey]]) };
    const task = (await vim.call('ReconfigVM_Task', { _this: machine.ref, spec })) as Ref;
    await finishTask(vim, task, 'Noting the SSH host key', progress, 5 * 60_000);
  }
  return target;
}

async function waitForSsh(
  { host, port }: SshTarget,
  deadline: number,
  { signal, report }: Progress,
): Promise<void> {
  while (!(await answers(host, port, signal))) {
    signal.throwIfAborted();
    if (Date.now() > deadline) throw new ProviderError('Timeout', `${host} does not answer on port ${port}`);
    report(`Waiting for SSH at ${host}`);
    await sleep(500, undefined, { signal }).catch(() => {});
  }
}

async function answers(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ host, port });
  const deadline = startDeadline(CONNECT_MS, signal);
  try {
    await once(socket, 'connect', { signal: deadline.signal });
    return true;
  } catch {
    return false;
  } finally {
    deadline.dispose();
    socket.destroy();
  }
}
