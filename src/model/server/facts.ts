import type { Room } from './room.ts';

/** What a step could not do as asked. */
interface Noted {
  readonly notes: readonly string[];
}

/** A class and GiB of storage. */
export interface Reserved {
  readonly dbInstanceClass: string;
  readonly allocatedStorage: number;
}

/**
 * What the steps of an operation have found and done. The step that learns a fact writes it into the inventory itself,
 * because any client of Temporal could have written what is in a history.
 */
export interface Facts {
  /** What the operation was promised of its instance's host before it took any of it. */
  readonly reserved?: Reserved;
  /** The machine was made. */
  readonly made?: Noted;
  /** The data disk has the size that was asked for; the file system on it may still be smaller. */
  readonly enlarged?: Noted;
  /** The machine has the CPUs and memory of the class that was asked for. */
  readonly resized?: Noted;
  /** GiB that PostgreSQL has, after its file system has grown. */
  readonly allocatedStorage?: number;
  /** The class whose settings PostgreSQL runs with, after a change of it. */
  readonly dbInstanceClass?: string;
  /** Where PostgreSQL serves, which `major.minor` runs, and what room there is for its data. */
  readonly serving?: { readonly address: string; readonly engineVersion?: string; readonly room?: Room };
  readonly stopped?: true;
  readonly destroyed?: true;
  /** Why the last attempt of a step failed, in words for users of the API. Absent once another attempt succeeded. */
  readonly failure?: { readonly activityId: string; readonly text: string };
  /** What a step that was cut short left for its next attempt. */
  readonly resume?: { readonly step: string; readonly value: unknown };
}

/** What an operation found of a server last. */
export type ServerFacts = Omit<NonNullable<Facts['serving']>, 'address'>;

/** Facts to add; `null` takes one back. */
export type FactsPatch = { readonly [Name in keyof Facts]?: Facts[Name] | null };
