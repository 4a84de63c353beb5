/** Why a machine stands still that is neither on nor off. */
export interface Pause {
  /**
   * `person`: somebody wants it so. `storage-full`, `io-error`: the hypervisor stopped it, for it could not write.
   * `question`: the hypervisor waits for a person's answer. `away`: the machine is there and cannot be read, as in an
   * outage of its storage; nobody knows whether it runs, and it is not gone.
   */
  readonly reason: 'person' | 'migration' | 'storage-full' | 'io-error' | 'question' | 'away' | 'other';
  /** For the operator, behind "paused" (`away`: behind "is"): `after an I/O error: the pool default is full`. */
  readonly detail: string;
}

/** For the operator, behind "is". */
export function describePause({ reason, detail }: Pause): string {
  return reason === 'away' ? detail : `paused ${detail}`;
}

/** Whether nobody wants it to stand still: it may go on as soon as it can. */
export function mayGoOn({ reason }: Pause): boolean {
  return reason === 'storage-full' || reason === 'io-error';
}
