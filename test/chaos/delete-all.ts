import { setTimeout as delay } from 'node:timers/promises';
import type { DBInstance } from '@aws-sdk/client-rds';
import type { Access } from '../acceptance/stack.ts';
import { type ClientOptions, sendAndNote } from './client.ts';
import { listInstances } from './look.ts';

const waitMs = 180_000;

async function ours(access: Access): Promise<DBInstance[]> {
  return (await listInstances(access)).filter(
    ({ DBInstanceIdentifier }) => DBInstanceIdentifier !== 'cornac',
  );
}

/**
 * Deletes all instances and waits until they are gone.
 * @returns the instances that remain, one line each
 */
export async function deleteAll(
  options: Pick<ClientOptions, 'api' | 'book' | 'fleet' | 'signal'>,
  access: Access,
): Promise<string[]> {
  for (const instance of await ours(access)) {
    const { DBInstanceIdentifier: name = '', DBInstanceStatus: status } = instance;
    if (status !== 'deleting') {
      await sendAndNote(options, { action: 'DeleteDBInstance', asked: {} }, name, instance);
    }
  }
  for (const deadline = Date.now() + waitMs; ; ) {
    const left = await ours(access);
    if (left.length === 0 || options.signal.aborted || Date.now() > deadline) {
      return left.map((each) => `instance ${each.DBInstanceIdentifier}: ${each.DBInstanceStatus}`);
    }
    await delay(500);
  }
}
