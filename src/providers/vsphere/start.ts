import { isIPv4 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SshTarget } from '../../ssh/target.ts';
import { type MachineLook, type Progress, ProviderError, type RunningMachine } from '../provider.ts';
import { createHostKeyCheck, findShownHostKey } from '../shown-host-key.ts';
import { waitingFor } from '../waiting.ts';
import type { Context } from './context.ts';
import { waitForCustomization } from './customized.ts';
import { keys, optionValues } from './extra-config.ts';
import { type Keeper, keepRunning } from './keep-running.ts';
import { getMachine } from './look-up.ts';
import { powerOn } from './power-on.ts';
import { finishTask, retryTransient } from './retry.ts';
import { waitUntil } from './vim/wait.ts';
import { livePaths, NO_TOOLS, toMachine, type VirtualMachine } from './virtual-machine.ts';

const hostKeyForm = /^ssh-ed25519 [A-Za-z0-9+/]{68}$/;

/** Powers the machine on with its wanted size, and waits until its sshd shows the pinned host key. */
export async function startMachine(
  context: Context,
  name: string,
  progress: Progress,
): Promise<RunningMachine> {
  await retryTransient(progress, () => powerOn(context, name, progress));
  // Begins here, because DRS and its approval have their own timeouts.
  const deadline = Date.now() + context.times.boot;
  const keeper = keepRunning(context, name, progress);
  await waitForCustomization(context, name, deadline, progress, keeper);
  const machine = await waitForGuest(context, name, deadline, progress, keeper);
  const ssh = await retryTransient(progress, () => pin(context, machine, progress));
  await waitForSsh(context, name, ssh, deadline, progress, keeper);
  return running(context, machine, ssh);
}

/** The machine as it is, and its SSH target where it is known. Changes nothing. */
export function lookAt(context: Context, machine: VirtualMachine): MachineLook {
  const found = toMachine(machine);
  const ssh = sshTarget(context, machine);
  // A mere look trusts only a pinned host key.
  const isPinned = machine.extraConfig.has(keys.hostKey);
  const isThere = machine.isOn && !machine.paused && isPinned && ssh;
  return isThere ? { ...found, reach: running(context, machine, ssh) } : found;
}

function running({ dnsDomain }: Context, machine: VirtualMachine, ssh: SshTarget): RunningMachine {
  return {
    ...toMachine(machine),
    state: 'running',
    address: dnsDomain ? `${machine.name}.${dnsDomain}` : ssh.host,
    // VMware Tools in the guest report all other addresses.
    hasGivenAddress: Boolean(dnsDomain || machine.extraConfig.get(keys.address)),
    ssh,
    guestRoot: '',
  };
}

/** Address, user and host key of the machine. Undefined until all are known. */
export function sshTarget({ settings }: Context, machine: VirtualMachine): SshTarget | undefined {
  const { extraConfig } = machine;
  const hostKey = extraConfig.get(keys.hostKey) ?? extraConfig.get(keys.guestHostKey);
  const host = address(machine);
  if (!hostKey || !hostKeyForm.test(hostKey) || !host) return undefined;
  return { host, port: settings.sshPort, user: 'root', hostKey };
}

/** The requested address, else the first IPv4 address that the guest reports. */
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
  keeper: Keeper,
): Promise<VirtualMachine> {
  const { vim, times } = context;
  const since = Date.now();
  let last = await getMachine(context, name);
  let missing = '';
  const reportWait = () => report(waitingFor(`the guest of ${name}`, since, deadline, missing));
  const look = async () => {
    last = await getMachine(context, name);
    const held = await keeper.look(last);
    if (held === undefined && last.hasTools && sshTarget(context, last)) return last;
    const before = missing;
    missing = held ?? describeMissing(context, last);
    if (missing !== before) reportWait();
    return undefined;
  };
  const ready = await waitUntil(vim, last.ref, livePaths, look, { deadline, signal, onSlice: reportWait });
  if (ready) return ready;
  throw new ProviderError(keeper.failure, `${name} is not ready after ${times.boot / 1000} s: ${missing}`);
}

function describeMissing(context: Context, machine: VirtualMachine): string {
  const { extraConfig, hasTools } = machine;
  if (!hasTools) return NO_TOOLS;
  if (!address(machine)) return `it has no address${extraConfig.has(keys.address) ? ' as requested' : ''}`;
  if (sshTarget(context, machine)) return 'ready';
  return "it has not reported its SSH host key (its console shows why; the origin requires the appliance's feature vmware)";
}

/** Pins the first host key that the guest reports. The guest is never asked again. */
async function pin(context: Context, machine: VirtualMachine, progress: Progress): Promise<SshTarget> {
  const { vim } = context;
  const target = sshTarget(context, machine);
  if (!target) throw new Error('the guest was not ready');
  if (!machine.extraConfig.has(keys.hostKey)) {
    const spec = { extraConfig: optionValues([[keys.hostKey, target.hostKey]]) };
    const task = await vim.call('ReconfigVM_Task', { _this: machine.ref, spec });
    await finishTask(vim, task, 'Noting the SSH host key', progress, 5 * 60_000);
  }
  return target;
}

/** @throws ProviderError `HostKeyMismatch` where another host key is shown for longer than a first start */
async function waitForSsh(
  context: Context,
  name: string,
  { hostKey, ...target }: SshTarget,
  deadline: number,
  { signal, report }: Progress,
  keeper: Keeper,
): Promise<void> {
  const since = Date.now();
  const { check } = createHostKeyCheck(hostKey, context.times.otherHostKey);
  const what = `SSH on ${name} (${target.host})`;
  for (let isReported = false; ; isReported = true) {
    const { isPinned, problem, isOver } = check(await findShownHostKey(target));
    signal.throwIfAborted();
    if (isPinned) {
      if (isReported) report('');
      return;
    }
    if (isOver) throw new ProviderError('HostKeyMismatch', `${name} (${target.host}): ${problem}`);
    const held = await retryTransient({ signal, report }, async () =>
      keeper.look(await getMachine(context, name)),
    );
    if (Date.now() > deadline) {
      throw new ProviderError(keeper.failure, `timed out waiting for ${what}: ${held ?? problem}`);
    }
    report(waitingFor(what, since, deadline, held ?? problem));
    await delay(500, undefined, { signal }).catch(() => {});
  }
}
