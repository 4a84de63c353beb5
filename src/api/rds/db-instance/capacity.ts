import type { Config } from '../../../config/config.ts';
import type { Inventory } from '../../../inventory/inventory.ts';
import { insufficientDBInstanceCapacity } from '../../../model/errors.ts';
import { mayHaveRoom, type Question } from '../../../model/server/host-figures.ts';

/** Whether a host may have room for an instance. */
export type AskForRoom = (question: Question) => boolean;

/** Reads what workers found of the hosts last, and the inventory. */
export async function readCapacity(
  { hostRooms, instances }: Pick<Inventory, 'hostRooms' | 'instances'>,
  { machinePrefix }: Pick<Config, 'machinePrefix'>,
): Promise<AskForRoom> {
  const [figures, all] = await Promise.all([hostRooms.list(), instances.list()]);
  const known = {
    figures,
    instances: all,
    isOurs: (machine: string) => machine.startsWith(machinePrefix),
  };
  return (question) => mayHaveRoom(question, known, new Date());
}

/** RDS's words (Fraudmarc/fraudmarc-ce #50). RDS checks availability zones where Cornac checks hosts. */
export function insufficientCapacity(verb: 'create' | 'modify', { gets }: Question, storageType: string) {
  const { dbInstanceClass: name } = gets;
  return insufficientDBInstanceCapacity(
    `Cannot ${verb} a ${name} database instance because there are no availability zones with sufficient capacity for VPC and storage type : ${storageType} for ${name}. Please try the request again at a later time.`,
  );
}
