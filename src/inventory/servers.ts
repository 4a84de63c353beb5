import { randomUUID } from 'node:crypto';
import type { Instance } from '../model/db-instance/instance.ts';
import { laterMachineName } from '../model/server/machine-name.ts';
import type { Transaction } from './database/client.ts';

const MAX_NAMES = 1_000;

/**
 * Writes a new instance's primary server and its endpoint, unless another server has the machine. Waits for a
 * transaction that is writing the same name. One statement, because every create runs it.
 * @returns whether the rows were written
 */
async function insertRows(tx: Transaction, instance: Instance, machine: string): Promise<boolean> {
  const { dbiResourceId, identifier, host, address, port } = instance;
  const count = await tx.$executeRaw`
    WITH made AS (
      INSERT INTO server (id, dbi_resource_id, role, machine, host, address)
      VALUES (${randomUUID()}::uuid, ${dbiResourceId}, 'primary', ${machine}, ${host}, ${address})
      ON CONFLICT (machine) DO NOTHING
      RETURNING id
    ), reached AS (
      INSERT INTO endpoint (identifier, dbi_resource_id, address, port)
      SELECT ${identifier}, ${dbiResourceId}, ${address}, ${port} FROM made
    )
    UPDATE instance SET primary_server_id = made.id FROM made WHERE dbi_resource_id = ${dbiResourceId}`;
  return count > 0;
}

/**
 * Writes the first server of a new instance and its endpoint, before the machine is made.
 * @returns the name of the machine: the wanted name, or the next free name where another server's machine has
 *   it
 */
export async function insertFirstServer(tx: Transaction, instance: Instance): Promise<string> {
  for (let nth = 1; nth <= MAX_NAMES; nth++) {
    const machine = nth === 1 ? instance.machine : laterMachineName(instance.machine, nth);
    if (await insertRows(tx, instance, machine)) return machine;
  }
  throw new Error(`no free name for a machine like ${instance.machine}: ${MAX_NAMES} names are in use`);
}

/**
 * The same for an instance whose machine exists already. @throws Error when the machine is another server's
 */
export async function insertServerOf(tx: Transaction, instance: Instance): Promise<void> {
  if (await insertRows(tx, instance, instance.machine)) return;
  throw new Error(`the machine ${instance.machine} belongs to another server`);
}
