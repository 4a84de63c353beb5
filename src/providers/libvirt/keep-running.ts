import { mayGoOn, type Pause } from '../../model/server/pause.ts';
import { type Progress, ProviderError, type ProviderErrorCode } from '../provider.ts';
import { createOffCounter } from '../waiting.ts';
import type { Host } from './host.ts';
import { DomainState, getState } from './machine.ts';
import { explainPause, SUSPENDED_BY_GUEST } from './pause.ts';
import { powerOn } from './power.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';

/** Sees to it that a machine runs while its guest is waited for. */
export interface Keeper {
  /**
   * Powers the machine on where it went off, and lets it go on after an I/O error: once where its storage is full, because
   * there may be no room for hours, and others wait for the place of whoever waits here.
   * @returns what keeps it from running, for people
   * @throws ProviderError `MachineOff`, `StorageFull`
   */
  look(): Promise<string | undefined>;
  /** The error of a wait that was in vain, by what was in the way. */
  readonly failure: ProviderErrorCode;
}

export function keepRunning(host: Host, domain: Domain, progress: Progress): Keeper {
  const { name } = domain;
  const { resumeEvery, ioError } = host.times;
  const countOff = createOffCounter(`${name} on ${host.name}`, 'its console and at its log on the host');
  let pause: Pause | undefined;
  /** When it was first seen to stand still for an I/O error. */
  let stuckSince: number | undefined;
  let resumedAt = 0;

  async function putOn(): Promise<void> {
    countOff();
    progress.signal.throwIfAborted();
    await powerOn(host, domain, progress);
  }

  async function goOn(found: Pause): Promise<string> {
    const now = Date.now();
    stuckSince ??= now;
    const text = `paused ${found.detail}`;
    if (found.reason === 'storage-full' && resumedAt > 0) {
      throw new ProviderError('StorageFull', `${name} on ${host.name} is ${text}`);
    }
    if (now - stuckSince >= ioError) throw new ProviderError('Timeout', `${name} on ${host.name} is ${text}`);
    if (now - resumedAt < resumeEvery) return `${text}; it is resumed every ${resumeEvery / 1000} s`;
    resumedAt = now;
    progress.signal.throwIfAborted();
    // It may have gone off or on since it was looked at.
    await orMissing(host.call(procedures.domainResume, { dom: domain }), ErrorCode.operationInvalid);
    return `${text}; it is resumed`;
  }

  return {
    get failure() {
      return pause === undefined ? 'Timeout' : 'MachinePaused';
    },

    async look() {
      const { state, reason } = await getState(host, domain);
      pause = undefined;
      switch (state) {
        case DomainState.off:
        case DomainState.crashed:
          await putOn();
          return undefined;
        case DomainState.shutdown:
          return 'it is shutting down';
        case DomainState.suspended:
          pause = SUSPENDED_BY_GUEST;
          return `paused ${pause.detail}`;
        case DomainState.paused: {
          const found = await explainPause(host, domain, reason);
          if (found === undefined) return undefined;
          if (mayGoOn(found)) return goOn(found);
          pause = found;
          return `paused ${found.detail}; it is left alone until it is resumed (virsh resume ${name})`;
        }
        default:
          if (Date.now() - resumedAt >= resumeEvery) stuckSince = undefined;
          return undefined;
      }
    },
  };
}
