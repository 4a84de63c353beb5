import { once } from 'node:events';
import { CallTimeout, ConnectionError, LibvirtError } from './errors.ts';
import type { EventKind } from './events.ts';
import { createKeepalive } from './keepalive.ts';
import {
  createMessageSplitter,
  encodeMessage,
  type Message,
  MessageType,
  STREAM_CHUNK,
  Status,
} from './message.ts';
import { type Procedure, Program } from './procedure.ts';
import { remoteError } from './structures.ts';
import type { Transport } from './transport.ts';
import { decode, encode } from './xdr.ts';

export interface CallOptions {
  /** How long to wait for the answer. Default 30 s. To copy a disk takes longer. */
  readonly timeoutMs?: number;
}

/** One connection to libvirt. Calls may overlap. After the connection is lost every call fails. */
export interface Connection {
  /** @throws LibvirtError | CallTimeout | ConnectionError */
  call<A, R>(procedure: Procedure<A, R>, args: A, options?: CallOptions): Promise<R>;
  /** Calls a procedure that takes a stream and sends `data` through it. */
  upload<A>(
    procedure: Procedure<A, void>,
    args: A,
    data: AsyncIterable<Uint8Array>,
    options?: CallOptions,
  ): Promise<void>;
  /** Listens until the returned function is called. `connectLibvirt` registers for the events. */
  listen<T>(kind: EventKind<T>, listener: (event: T) => void): () => void;
  /** Resolves with the reason when the connection is lost or closed. Never rejects. */
  readonly lost: Promise<ConnectionError>;
  close(): void;
}

interface Waiting {
  readonly name: string;
  resolve(payload: Buffer): void;
  reject(error: Error): void;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Speaks libvirt's RPC over a stream of bytes: serial numbers, answers, events, streams, keepalive. */
export function createConnection({ stream, ending }: Transport): Connection {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<number, Set<(payload: Buffer) => void>>();
  const split = createMessageSplitter();
  const keepalive = createKeepalive({
    send: (procedure) => send({ type: MessageType.event, program: Program.keepalive, procedure, serial: 0 }),
    onSilence: (seconds) => end(new ConnectionError(`libvirt has been silent for ${seconds} s`)),
  });
  let serial = 0;
  let failure: ConnectionError | undefined;
  let settleLost: (error: ConnectionError) => void = () => {};
  const lost = new Promise<ConnectionError>((resolve) => {
    settleLost = resolve;
  });

  stream.on('data', (chunk: Buffer) => {
    keepalive.received();
    try {
      for (const message of split(chunk)) receive(message);
    } catch (error) {
      end(
        new ConnectionError(`libvirt sent an invalid message: ${(error as Error).message}`, {
          cause: error,
        }),
      );
    }
  });
  stream.on('error', (error) => ended(new ConnectionError(error.message, { cause: error })));
  stream.on('close', () => ended(new ConnectionError('libvirt closed the connection')));

  function ended(error: ConnectionError): void {
    if (ending === undefined) end(error);
    else void ending().then(end);
  }

  function end(error: ConnectionError): void {
    if (failure !== undefined) return;
    failure = error;
    keepalive.stop();
    stream.destroy();
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
    settleLost(error);
  }

  function send(
    message: Partial<Message> & Pick<Message, 'program' | 'procedure' | 'type' | 'serial'>,
  ): boolean {
    if (failure !== undefined) throw failure;
    return stream.write(
      encodeMessage({ version: 1, status: Status.ok, payload: Buffer.alloc(0), ...message }),
    );
  }

  function receive(message: Message): void {
    if (message.program === Program.keepalive) {
      keepalive.receive(message.procedure);
      return;
    }
    if (message.type === MessageType.event) {
      for (const listener of listeners.get(message.procedure) ?? []) listener(message.payload);
      return;
    }
    // An answer without a waiting call came after the call's timeout.
    const call = waiting.get(message.serial);
    if (call === undefined) return;
    waiting.delete(message.serial);
    if (message.status === Status.error) {
      call.reject(new LibvirtError(call.name, decode(remoteError, message.payload)));
    } else {
      call.resolve(message.payload);
    }
  }

  function answer(
    id: number,
    name: string,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions,
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new CallTimeout(`libvirt has not answered ${name} for ${timeoutMs / 1000} s`));
      }, timeoutMs);
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(timer);
          settle(value);
        };
      };
      waiting.set(id, { name, resolve: settled(resolve), reject: settled(reject) });
    });
  }

  async function request<A, R>(procedure: Procedure<A, R>, args: A, options: CallOptions = {}) {
    serial += 1;
    const id = serial;
    const { program, number } = procedure;
    const payload = encode(procedure.args, args);
    send({ type: MessageType.call, program, procedure: number, serial: id, payload });
    const reply = await answer(id, procedure.name, options);
    return { id, value: decode(procedure.ret, reply) };
  }

  return {
    lost,
    async call(procedure, args, options) {
      return (await request(procedure, args, options)).value;
    },

    async upload(procedure, args, data, options = {}) {
      const { id } = await request(procedure, args, options);
      const packet = {
        type: MessageType.stream,
        program: procedure.program,
        procedure: procedure.number,
        serial: id,
      };
      // Libvirt answers on the same serial, at the end of the stream or when it gives up before.
      const done = answer(id, procedure.name, options);
      done.catch(() => {});
      for await (const bytes of data) {
        for (let at = 0; at < bytes.length; at += STREAM_CHUNK) {
          if (!waiting.has(id)) return void (await done);
          const payload = Buffer.from(bytes.subarray(at, at + STREAM_CHUNK));
          if (!send({ ...packet, status: Status.continue, payload })) {
            await Promise.race([once(stream, 'drain'), lost]);
          }
        }
      }
      send(packet);
      await done;
    },

    listen(kind, listener) {
      const decoded = (payload: Buffer) => listener(decode(kind.message, payload));
      const all = listeners.get(kind.procedure) ?? new Set();
      listeners.set(kind.procedure, all.add(decoded));
      return () => all.delete(decoded);
    },

    close: () => end(new ConnectionError('closed by Cornac')),
  };
}
