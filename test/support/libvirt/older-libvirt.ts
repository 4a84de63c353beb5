import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { domainUndefineFlags } from '../../../src/providers/libvirt/rpc/domain-procedures.ts';
import { ErrorCode } from '../../../src/providers/libvirt/rpc/errors.ts';
import {
  createMessageSplitter,
  encodeMessage,
  MessageType,
  Status,
} from '../../../src/providers/libvirt/rpc/message.ts';
import { Program } from '../../../src/providers/libvirt/rpc/procedure.ts';
import { remoteError } from '../../../src/providers/libvirt/rpc/structures.ts';
import { decode, encode } from '../../../src/providers/libvirt/rpc/xdr.ts';
import { temporaryDirectory } from './files.ts';

/**
 * A proxy to the private libvirt that behaves like a libvirt before 8.9: it refuses to undefine a domain with
 * flags that such a version does not know. @returns its socket
 */
export async function startOlderLibvirt(t: TestContext, knownFlags: number): Promise<string> {
  const socket = join(await temporaryDirectory(t), 'libvirt-sock');
  const server = createServer((client) => {
    const libvirt = connect('/run/libvirt/libvirt-sock');
    const split = createMessageSplitter();
    client.on('data', (chunk: Buffer) => {
      for (const message of split(chunk)) {
        const { program, type, procedure, payload } = message;
        const undefines =
          program === Program.remote && type === MessageType.call && procedure === domainUndefineFlags.number;
        const flags = undefines ? decode(domainUndefineFlags.args, payload).flags : 0;
        if ((flags & ~knownFlags) === 0) {
          libvirt.write(encodeMessage(message));
          continue;
        }
        const error = { code: ErrorCode.invalidArg, domain: 0, message: 'unsupported flags', level: 2 };
        client.write(
          encodeMessage({
            ...message,
            type: MessageType.reply,
            status: Status.error,
            payload: encode(remoteError, error),
          }),
        );
      }
    });
    libvirt.pipe(client);
    client.on('close', () => libvirt.destroy());
    libvirt.on('error', () => client.destroy());
  }).listen(socket);
  t.after(() => server.close());
  await once(server, 'listening');
  return socket;
}
