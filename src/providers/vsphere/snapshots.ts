import { z } from 'zod';
import type { Ref } from './vim/schema.ts';
import { listOf, ref } from './vim/shapes.ts';

/** A snapshot of a machine, at any level of the tree. */
export interface Snapshot {
  readonly ref: Ref;
  readonly name: string;
  /** Whether vCenter shows the machine as off. It does so for every snapshot without memory. */
  readonly isOfOff: boolean;
  /** As `Date.now()` counts. */
  readonly madeAt: number;
}

interface Node {
  readonly snapshot: Ref;
  readonly name: string;
  readonly state: string;
  readonly createTime: string;
  readonly childSnapshotList: readonly Node[];
}

const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    snapshot: ref,
    name: z.string(),
    state: z.string(),
    createTime: z.string(),
    childSnapshotList: listOf(node),
  }),
);

function flatten(tree: readonly Node[]): Snapshot[] {
  return tree.flatMap(({ snapshot, name, state, createTime, childSnapshotList }) => [
    { ref: snapshot, name, isOfOff: state === 'poweredOff', madeAt: Date.parse(createTime) },
    ...flatten(childSnapshotList),
  ]);
}

/** `snapshot.rootSnapshotList` as a flat list, parents before their children. */
export const snapshots = listOf(node).transform(flatten);

export function nameAll(all: readonly Pick<Snapshot, 'name'>[]): string {
  return all.map(({ name }) => JSON.stringify(name)).join(', ');
}
