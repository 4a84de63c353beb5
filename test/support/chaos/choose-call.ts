import type { Action, Asked } from './journal.ts';
import type { Random } from './random.ts';

/** What a client knows of an instance before its choice. */
export interface Glance {
  readonly identifier: string;
  /** Undefined for an instance that does not exist. */
  readonly status: string | undefined;
  readonly wasAvailable: boolean;
  readonly dbInstanceClass: string;
  readonly allocatedStorage: number;
  readonly tags: readonly string[];
  /**
   * Whether only this client makes, changes and deletes it. Other clients may only reboot, stop and start it.
   */
  readonly isMine: boolean;
  readonly isLasting: boolean;
}

export interface Choice {
  readonly action: Action;
  readonly asked: Asked;
}

export const classes = ['db.t2.micro', 'db.t3.micro', 'db.t2.small'] as const;
/** GiB */
export const smallestStorage = 5;
const largestStorage = 7;
const tagKeys = ['purpose', 'owner', 'stage'] as const;

function password(random: Random): string {
  return `C0nf'de tie! ${random.int(1e8, 1e9 - 1)}`;
}

function create(random: Random): Choice {
  return {
    action: 'CreateDBInstance',
    asked: {
      dbInstanceClass: random.pick(classes),
      allocatedStorage: smallestStorage,
      password: password(random),
      tags: { purpose: `chaos ${random.int(1, 1e6)}` },
    },
  };
}

/** Changes storage, class or password, often several of them. */
function modify({ dbInstanceClass, allocatedStorage }: Glance, random: Random): Choice {
  const others = classes.filter((each) => each !== dbInstanceClass);
  const asked: Asked = {
    ...(random.next() < 0.5 && { dbInstanceClass: random.pick(others) }),
    ...(random.next() < 0.3 &&
      allocatedStorage < largestStorage && { allocatedStorage: allocatedStorage + 1 }),
    ...(random.next() < 0.5 && { password: password(random) }),
  };
  const isNothing = Object.keys(asked).length === 0;
  return { action: 'ModifyDBInstance', asked: isNothing ? { password: password(random) } : asked };
}

function tag({ tags }: Glance, random: Random): Choice {
  const key = random.pick(tagKeys);
  return tags.includes(key) && random.next() < 0.4
    ? { action: 'RemoveTagsFromResource', asked: { tags: { [key]: null } } }
    : { action: 'AddTagsToResource', asked: { tags: { [key]: `value ${random.int(1, 1e6)}` } } };
}

function plain(action: Action): Choice {
  return { action, asked: {} };
}

/**
 * The client's next call on the instance; undefined for none. Now and then the call is one that the status
 * does not allow, because clients make such calls.
 */
export function chooseCall(seen: Glance, random: Random): Choice | undefined {
  const { status, isMine, isLasting, wasAvailable } = seen;
  const deletion = isMine && !isLasting;
  type Weighted = readonly [() => Choice | undefined, number];
  const choices = ((): Weighted[] => {
    if (status === undefined) return [[() => (isMine ? create(random) : undefined), 1]];
    const always: Weighted[] = [
      [() => tag(seen, random), isMine ? 2 : 0],
      [() => plain('DeleteDBInstance'), deletion ? 1 : 0],
    ];
    if (status === 'available') {
      return [
        ...always,
        [() => modify(seen, random), isMine ? 6 : 0],
        [() => plain('RebootDBInstance'), 4],
        [() => plain('StopDBInstance'), 2],
      ];
    }
    if (status === 'stopped') return [...always, [() => plain('StartDBInstance'), 8]];
    // An instance that was never available has no further use.
    if (status === 'failed' && !wasAvailable) return [[() => plain('DeleteDBInstance'), isMine ? 1 : 0]];
    // An operation is running. A deletion may overtake it; every other call except tags is refused.
    return [...always, [() => plain('RebootDBInstance'), 1], [() => undefined, 12]];
  })();
  return random.pickWeighted(choices.some(([, weight]) => weight > 0) ? choices : [[() => undefined, 1]])();
}
