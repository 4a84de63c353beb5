import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  createMessageSplitter,
  encodeMessage,
  type Message,
  MessageType,
} from '../../../src/providers/libvirt/rpc/message.ts';
import { type Procedure, Program } from '../../../src/providers/libvirt/rpc/procedure.ts';
import { temporaryDirectory } from './files.ts';

/** An action that runs once, just before the private libvirt gets its first call of a procedure. */
export type Happening = readonly [
  before: Pick<Procedure<unknown, unknown>, 'number'>,
  happen: () => Promise<unknown>,
];

/** A proxy to the private libvirt that changes something between two calls. @returns its socket */
export async function startBetween(t: TestContext, ...happenings: readonly Happening[]): Promise<string> {
  const socket = join(await temporaryDirectory(t), 'libvirt-sock');
  const open = new Map(happenings.map(([{ number }, happen]) => [number, happen]));
  const letHappen = async ({ program, type, procedure }: Message): Promise<void> => {
    if (program !== Program.remote || type !== MessageType.call) return;
    const happen = open.get(procedure);
    open.delete(procedure);
    await happen?.();
  };
  const server = createServer((client) => {
    const libvirt = connect('/run/libvirt/libvirt-sock');
    const split = createMessageSplitter();
    let turn = Promise.resolve();
    client.on('data', (chunk: Buffer) => {
      for (const message of split(chunk)) {
        turn = turn.then(() => letHappen(message)).then(() => void libvirt.write(encodeMessage(message)));
      }
      turn.catch((error) => client.destroy(error));
    });
    libvirt.pipe(client);
    client.on('close', () => libvirt.destroy());
    client.on('error', () => {});
    libvirt.on('error', () => client.destroy());
  }).listen(socket);
  t.after(() => server.close());
  await once(server, 'listening');
  return socket;
}
