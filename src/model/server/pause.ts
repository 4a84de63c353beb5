/** Why a machine is neither on nor off. */
export interface Pause {
  /**
   * `person`: a person paused it. `storage-full`, `io-error`: the hypervisor paused it, because it could not
   * write. `question`: the hypervisor waits for a person's answer. `unreachable`: the machine exists but is
   * unreadable, as in an outage of its storage; whether it runs is unknown.
   */
  readonly reason:
    | 'person'
    | 'migration'
    | 'storage-full'
    | 'io-error'
    | 'question'
    | 'unreachable'
    | 'other';
  /**
   * For the operator, after "paused" (`unreachable`: after "is"): `after an I/O error: the pool default is full`.
   */
  readonly detail: string;
}

/** For the operator, after "is". */
export function describePause({ reason, detail }: Pause): string {
  return reason === 'unreachable' ? detail : `paused ${detail}`;
}

/** Whether the pause is an accident: the machine may resume once it can write again. */
export function mayResume({ reason }: Pause): boolean {
  return reason === 'storage-full' || reason === 'io-error';
}
