/** Actions that mutate. */
export type Action =
  | 'CreateDBInstance'
  | 'DeleteDBInstance'
  | 'RebootDBInstance'
  | 'StopDBInstance'
  | 'StartDBInstance'
  | 'ModifyDBInstance'
  | 'AddTagsToResource'
  | 'RemoveTagsFromResource';

/** The values of a call that can be checked later. */
export interface Asked {
  readonly dbInstanceClass?: string;
  /** GiB */
  readonly allocatedStorage?: number;
  readonly password?: string;
  /** Tags that are set; null removes the tag. */
  readonly tags?: Readonly<Record<string, string | null>>;
}

/**
 * How a call ended. `unanswered`: the client gave up after its retries; the call may have been done, or be
 * done later.
 */
export type Outcome = 'acknowledged' | 'refused' | 'unanswered';

/** One call including its retries. Times are milliseconds since the epoch. */
export interface Call {
  readonly client: string;
  readonly action: Action;
  readonly identifier: string;
  /** DbiResourceId from the answer, or as the client knew it. */
  readonly resource?: string | undefined;
  readonly asked: Asked;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly outcome: Outcome;
  /** The code of the error. */
  readonly code?: string | undefined;
}

/** Rows of an acknowledged commit, from `from` to `to` inclusive. */
export interface CommittedRows {
  readonly resource: string;
  readonly from: number;
  readonly to: number;
}

/** An event, as DescribeEvents returns it. */
export interface Told {
  readonly identifier: string;
  readonly date: number;
  readonly message: string;
}

/** An instance in its final state. */
export interface Seen {
  readonly identifier: string;
  readonly resource: string;
  readonly status: string;
  readonly dbInstanceClass: string;
  readonly allocatedStorage: number;
  readonly tags: Readonly<Record<string, string>>;
  /** The state of its PostgreSQL; absent where the instance is not available. */
  readonly server?: SeenServer | undefined;
}

export interface SeenServer {
  /** The password with which the master user logs in; absent where none of the requested passwords works. */
  readonly password?: string | undefined;
  readonly maxConnections: number;
  readonly startedAt: number;
}
