import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { DeleteDBInstanceCommand, DescribeDBInstancesCommand, type RDSClient } from '@aws-sdk/client-rds';
import { create } from '../test/acceptance/rds.ts';
import type { Floor } from './floor.ts';
import { median } from './statistics.ts';

const POLL_MS = 20;
const ROUNDS = 7;
const AT_ONCE = 20;

/** Waits until all instances with this prefix have left `status`. @throws when one of them has failed */
async function waitWhile(rds: RDSClient, prefix: string, status: string): Promise<void> {
  for (;;) {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    const ours = DBInstances.filter((each) => each.DBInstanceIdentifier?.startsWith(prefix));
    if (ours.some((each) => each.DBInstanceStatus === 'failed')) {
      throw new Error(`an instance ${prefix}… failed`);
    }
    if (!ours.some((each) => each.DBInstanceStatus === status)) return;
    await delay(POLL_MS);
  }
}

async function createAll(rds: RDSClient, prefix: string, count: number): Promise<number> {
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: count }, (_, index) => create(rds, `${prefix}${index}`, 'C0nfidentiel')),
  );
  await waitWhile(rds, prefix, 'creating');
  const seconds = (performance.now() - begun) / 1000;
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      rds.send(
        new DeleteDBInstanceCommand({ DBInstanceIdentifier: `${prefix}${index}`, SkipFinalSnapshot: true }),
      ),
    ),
  );
  await waitWhile(rds, prefix, 'deleting');
  return seconds;
}

/**
 * The times of creates, from the call until `available`, as ratios to floors that are measured in between.
 * @param untilQuiet waits for the end of what earlier creates have begun in the background, which belongs to neither time
 */
export async function measureCreates(rds: RDSClient, floor: Floor, untilQuiet: () => Promise<void>) {
  await createAll(rds, 'warm-', 1);
  await floor.measure();
  const floors: number[] = [];
  const creates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await untilQuiet();
    floors.push(await floor.measure());
    creates.push(await createAll(rds, 'one-', 1));
  }
  await untilQuiet();
  const together = await createAll(rds, 'many-', AT_ONCE);
  await untilQuiet();
  for (let round = 0; round < 3; round++) floors.push(await floor.measure());
  const seconds = median(floors);
  return {
    create_seconds: median(creates),
    floor_seconds: seconds,
    create_floor: median(creates) / seconds,
    concurrent_seconds: together,
    concurrent_floor: together / ((AT_ONCE * seconds) / availableParallelism()),
  };
}
