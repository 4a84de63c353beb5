import { leftOf } from '../../../model/server/host-room.ts';
import { right, wrong } from '../../check-results.ts';
import type { CheckResult } from '../../provider.ts';
import { describeRoomInGib, requireRoom } from '../../room.ts';
import type { Context } from '../context.ts';
import { diskStock, findRoom } from '../room.ts';
import type { Datastore } from '../vcenter-objects.ts';
import { look } from './look.ts';

/** The size of the first machine, which holds the inventory. */
const SMALLEST = { memoryMiB: 1024, diskGiB: 5 };

/** Whether one more machine has room. An answer also shows that the account may list all machines. */
export async function checkRoom(context: Context): Promise<readonly CheckResult[]> {
  const find = async () => {
    const room = { ...(await findRoom(context)), begun: false };
    requireRoom(room, { name: '', ...SMALLEST });
    return room;
  };
  return (await look('room', find, describeRoomInGib)).results;
}

/** The same for the datastore alone, where the origin does not show how much a clone takes. */
export function checkSpace({ settings }: Pick<Context, 'settings'>, datastore: Datastore): CheckResult[] {
  const left = leftOf(diskStock(datastore, settings.overcommit));
  const found = `datastore ${datastore.name} has ${Math.floor(left)} GiB left to promise`;
  if (left >= SMALLEST.diskGiB) return [right('room', found)];
  return [
    wrong(
      'room',
      `${found}, ${SMALLEST.diskGiB} are needed`,
      'free space there, or name another datastore in STORAGE_POOL',
    ),
  ];
}
