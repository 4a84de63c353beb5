/** Actions that change something. */
export type Action =
  | 'CreateDBInstance'
  | 'DeleteDBInstance'
  | 'RebootDBInstance'
  | 'StopDBInstance'
  | 'StartDBInstance'
  | 'ModifyDBInstance'
  | 'AddTagsToResource'
  | 'RemoveTagsFromResource';

/** What a call asked for, as far as it can be found again. */
export interface Asked {
  readonly dbInstanceClass?: string;
  /** GiB */
  readonly allocatedStorage?: number;
  readonly password?: string;
  /** Tags that are set; undefined: taken away. */
  readonly tags?: Readonly<Record<string, string | null>>;
}

/**
 * How a call ended. `unanswered`: the client gave it up, retries included; it may have been done, or be done later.
 */
export type Outcome = 'acknowledged' | 'refused' | 'unanswered';

/** One call with all its retries. Times are milliseconds since the epoch. */
export interface Call {
  readonly client: string;
  readonly action: Action;
  readonly identifier: string;
  /** DbiResourceId as the answer told it, or as the client knew it. */
  readonly resource?: string | undefined;
  readonly asked: Asked;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly outcome: Outcome;
  /** Of the error. */
  readonly code?: string | undefined;
}

/** Rows that a commit has acknowledged, `from` and `to` included. */
export interface CommittedRows {
  readonly resource: string;
  readonly from: number;
  readonly to: number;
}

/** An event, as DescribeEvents tells it. */
export interface Told {
  readonly identifier: string;
  readonly date: number;
  readonly message: string;
}

/** An instance as it is found at the end. */
export interface Seen {
  readonly identifier: string;
  readonly resource: string;
  readonly status: string;
  readonly dbInstanceClass: string;
  readonly allocatedStorage: number;
  readonly tags: Readonly<Record<string, string>>;
  /** What its PostgreSQL says; absent where it is not available. */
  readonly server?: SeenServer | undefined;
}

export interface SeenServer {
  /** The password that lets the master user in; absent where none of those ever asked for does. */
  readonly password?: string | undefined;
  readonly maxConnections: number;
  readonly startedAt: number;
}
