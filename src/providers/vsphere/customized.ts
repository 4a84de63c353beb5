import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { abortWith } from '../../system/abort-with.ts';
import { type Progress, ProviderError } from '../provider.ts';
import { waitingFor } from '../waiting.ts';
import type { Context } from './context.ts';
import { keys } from './extra-config.ts';
import type { Keeper } from './keep-running.ts';
import { getMachine } from './look-up.ts';
import { beforePrepared } from './prepared.ts';
import { list } from './vim/decode.ts';
import { VimUnreachable } from './vim/fault.ts';
import type { Vim } from './vim/vim.ts';
import { type WaitOptions, waitUntil } from './vim/wait.ts';
import { NO_TOOLS, type VirtualMachine } from './virtual-machine.ts';

/**
 * Waits at the first start until VMware Tools have customized the guest and the guest restarts. The scripts
 * of VMware Tools end with `telinit 6`, which would interrupt later work in the guest. A guest that
 * cloud-init customizes does not restart; only the timeout of this wait shows that.
 * @throws ProviderError Configuration when the customization failed, Timeout at the deadline
 */
export async function waitForCustomization(
  context: Context,
  name: string,
  deadline: number,
  progress: Progress,
  keeper: Keeper,
): Promise<void> {
  const { report } = progress;
  const machine = await getMachine(context, name);
  // A pinned host key shows that the first start is over.
  if (machine.extraConfig.has(keys.hostKey)) return;
  const done = abortWith(progress.signal);
  const { signal } = done;
  // Watched from the beginning: the restart may be over when vCenter records the event.
  const restart = waitForRestart(context, machine, { deadline, signal, onSlice: () => {} });
  restart.catch(() => {});
  try {
    await waitForEvent(context, machine, deadline, progress, keeper);
    report('Waiting for the guest to restart after its customization');
    const timeout = delay(context.times.restart, undefined, { signal }).catch(() =>
      progress.signal.throwIfAborted(),
    );
    await Promise.race([restart, timeout]);
  } finally {
    done.abort();
  }
}

/** Waits until VMware Tools that ran have stopped. */
function waitForRestart(context: Context, { ref, name }: VirtualMachine, options: WaitOptions) {
  let ran = false;
  const look = async () => {
    const { hasTools } = await getMachine(context, name);
    if (ran && !hasTools) return true;
    ran ||= hasTools;
    return undefined;
  };
  return waitUntil(context.vim, ref, ['guest.toolsRunningStatus'], look, options);
}

async function waitForEvent(
  context: Context,
  machine: VirtualMachine,
  deadline: number,
  { signal, report }: Progress,
  keeper: Keeper,
): Promise<void> {
  const { name } = machine;
  const began = Date.now();
  const look = async (): Promise<string | undefined> => {
    if (await isCustomized(context.vim, machine)) return undefined;
    const found = await getMachine(context, name);
    const held = await keeper.look(found);
    return held ?? (found.hasTools ? 'VMware Tools have not yet customized it' : NO_TOOLS);
  };
  // A guest needs about a minute, and every query is work for vCenter's database.
  for (let pause = 250; ; pause = Math.min(2 * pause, 4_000)) {
    const missing = await look().catch((error: unknown) => {
      signal.throwIfAborted();
      // vCenter is slow, but it may answer the next query.
      if (error instanceof VimUnreachable) return error.message;
      throw error;
    });
    if (missing === undefined) return;
    const left = deadline - Date.now();
    if (left <= 0) {
      const after = `${context.times.boot / 1000} s`;
      throw new ProviderError(keeper.failure, `${name} is not ready after ${after}: ${missing}`);
    }
    report(waitingFor(`the guest of ${name}`, began, deadline, missing));
    await delay(Math.min(pause, left), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** @throws ProviderError Configuration when the customization failed */
async function isCustomized(vim: Vim, machine: VirtualMachine): Promise<boolean> {
  const events = await findEvents(vim, machine);
  if (events.some(({ $type }) => $type === SUCCEEDED)) return true;
  const failed = events.find(({ $type }) => failures.includes($type));
  if (failed) throw new ProviderError('Configuration', `${machine.name}: ${explain(failed)}`);
  return false;
}

const SUCCEEDED = 'CustomizationSucceeded';
const failures = [
  'CustomizationFailed',
  'CustomizationLinuxIdentityFailed',
  'CustomizationNetworkSetupFailed',
  'CustomizationSysprepFailed',
  'CustomizationUnknownFailure',
];

const event = z.looseObject({ $type: z.string().default(''), fullFormattedMessage: z.string().optional() });
type Event = z.output<typeof event>;

/**
 * The customization events that vCenter has recorded, without its years of other events.
 * `guest.customizationInfo` returns the same, but only since 7.0.2, and only to clients that use that API
 * version.
 */
async function findEvents(vim: Vim, { ref, extraConfig }: VirtualMachine): Promise<Event[]> {
  const { eventManager } = await vim.content();
  const beginTime = beforePrepared(extraConfig);
  const filter = {
    entity: { entity: ref, recursion: 'self' },
    ...(beginTime && { time: { beginTime } }),
    disableFullMessage: false,
    eventTypeId: [SUCCEEDED, ...failures],
    maxCount: 100,
  };
  const found = await vim.call('QueryEvents', { _this: eventManager, filter });
  return z.array(event).parse(list(found));
}

function explain({ $type, fullFormattedMessage }: Event): string {
  const hint =
    'see /var/log/vmware-imc/toolsDeployPkg.log in the guest (the origin requires open-vm-tools and perl)';
  return `the guest was not customized: ${fullFormattedMessage ?? $type}; ${hint}`;
}
