import { mayResume, type Pause } from '../../model/server/pause.ts';
import { type Progress, ProviderError, type ProviderErrorCode } from '../provider.ts';
import { createOffCounter } from '../waiting.ts';
import type { Host } from './host.ts';
import { DomainState, getState } from './machine.ts';
import { explainPause, SUSPENDED_BY_GUEST } from './pause.ts';
import { powerOn } from './power.ts';
import { ErrorCode, orMissing } from './rpc/errors.ts';
import * as procedures from './rpc/procedures.ts';
import type { Domain } from './rpc/structures.ts';

/** Keeps a machine running during a wait for its guest. */
export interface Keeper {
  /**
   * Powers the machine on where it went off, and resumes it after an I/O error. With a full storage it is
   * resumed once only, because the storage may stay full for hours and this wait holds a worker's slot that
   * other machines need.
   * @returns the reason why the machine does not run, for people
   * @throws ProviderError `MachineOff`, `StorageFull`
   */
  look(): Promise<string | undefined>;
  /** The error code of a wait that times out, by the last look. */
  readonly failure: ProviderErrorCode;
}

export function keepRunning(host: Host, domain: Domain, progress: Progress): Keeper {
  const { name } = domain;
  const { resumeEvery, ioError } = host.times;
  const countOff = createOffCounter(`${name} on ${host.name}`, 'its console and its log on the host');
  let pause: Pause | undefined;
  /** When the machine was first seen paused after an I/O error. */
  let pausedSince: number | undefined;
  let resumedAt = 0;

  async function putOn(): Promise<void> {
    countOff();
    progress.signal.throwIfAborted();
    await powerOn(host, domain, progress);
  }

  async function resume(found: Pause): Promise<string> {
    const now = Date.now();
    pausedSince ??= now;
    const text = `paused ${found.detail}`;
    if (found.reason === 'storage-full' && resumedAt > 0) {
      throw new ProviderError('StorageFull', `${name} on ${host.name} is ${text}`);
    }
    if (now - pausedSince >= ioError) {
      throw new ProviderError('Timeout', `${name} on ${host.name} is ${text}`);
    }
    if (now - resumedAt < resumeEvery) return `${text}; Cornac resumes it every ${resumeEvery / 1000} s`;
    resumedAt = now;
    progress.signal.throwIfAborted();
    // The machine may have gone off, or may run again, since the look.
    await orMissing(host.call(procedures.domainResume, { dom: domain }), ErrorCode.operationInvalid);
    return `${text}; Cornac resumes it`;
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
          if (mayResume(found)) return resume(found);
          pause = found;
          return `paused ${found.detail}; Cornac waits until it is resumed (virsh resume ${name})`;
        }
        default:
          if (Date.now() - resumedAt >= resumeEvery) pausedSince = undefined;
          return undefined;
      }
    },
  };
}
