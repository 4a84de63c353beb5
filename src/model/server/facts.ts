import type { AppliedParameters } from '../db-parameter-group/applied-parameters.ts';
import type { NotedCertificate } from './certificate.ts';
import type { Room } from './room.ts';

/** What a step could not do as requested. */
interface Noted {
  readonly notes: readonly string[];
}

/** A class and GiB of storage. */
export interface Reserved {
  readonly dbInstanceClass: string;
  readonly allocatedStorage: number;
}

/**
 * The results of an operation's steps. A step writes its result into the inventory itself, because any client
 * of Temporal could have written what is in a history.
 */
export interface Facts {
  /** What the operation reserved on its instance's host before it used any of it. */
  readonly reserved?: Reserved;
  /** The machine was made. */
  readonly made?: Noted;
  /** The data disk has the requested size; its file system may still be smaller. */
  readonly enlarged?: Noted;
  /** The machine has the CPUs and memory of the requested class. */
  readonly resized?: Noted;
  /** GiB of PostgreSQL's file system after it has grown. */
  readonly allocatedStorage?: number;
  /** The class whose settings PostgreSQL uses after a change of class. */
  readonly dbInstanceClass?: string;
  /** PostgreSQL's address, its running `major.minor`, the room for its data, and its certificate. */
  readonly serving?: {
    readonly address: string;
    readonly engineVersion?: string;
    readonly room?: Room;
    readonly certificate?: NotedCertificate;
  };
  /** What the server got of its parameter group. */
  readonly parameters?: AppliedParameters;
  /** A read replica has received the log of its source. */
  readonly streaming?: true;
  /** A read replica follows its source no more. */
  readonly promoted?: true;
  readonly stopped?: true;
  readonly destroyed?: true;
  /** The backup of the snapshot that the operation holds is in the repository. It restores to this moment (ISO 8601). */
  readonly backup?: { readonly snapshot: string; readonly stoppedAt: string };
  /**
   * Why the last attempt of a step failed, in words for users of the API. Absent once another attempt has
   * succeeded.
   */
  readonly failure?: { readonly activityId: string; readonly text: string };
  /** What an interrupted step left for its next attempt. */
  readonly resume?: { readonly step: string; readonly value: unknown };
}

/** What an operation last found of a server, apart from what has a column. */
export type ServerFacts = Omit<NonNullable<Facts['serving']>, 'address' | 'certificate'>;

/** Facts to add; `null` removes a fact. */
export type FactsPatch = { readonly [Name in keyof Facts]?: Facts[Name] | null };
