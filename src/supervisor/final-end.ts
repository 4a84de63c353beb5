/** An end of a child after which it is not started again, because every start would end in the same way. */
export interface FinalEnd {
  /** The status with which the child ends then. */
  readonly status: number;
  /** Why, and what to do. */
  readonly reason: string;
}

/** How a program of Cornac ends on an inventory that a newer Cornac has migrated. */
export const NEWER_INVENTORY: FinalEnd = {
  status: 3,
  reason:
    'the inventory belongs to a newer Cornac; run a Cornac at least as new as the one that ran `cornac migratedb`',
};

/** A child has ended and is not started again. */
export class FinalEndError extends Error {
  override readonly name = 'FinalEndError';
  readonly exitCode: number;

  constructor(child: string, { status, reason }: FinalEnd) {
    super(`${child} ended and is not restarted: ${reason}`);
    this.exitCode = status;
  }
}
