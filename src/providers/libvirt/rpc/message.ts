import { MIB } from '../../../system/units.ts';
import { decode, encode, int, struct, uint, XdrError } from './xdr.ts';

/** `virNetMessageType` of libvirt's `virnetprotocol.x`. */
export const MessageType = { call: 0, reply: 1, event: 2, stream: 3 } as const;

/** `virNetMessageStatus`. */
export const Status = { ok: 0, error: 1, continue: 2 } as const;

export interface Header {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

export interface Message extends Header {
  readonly payload: Buffer;
}

const LENGTH_BYTES = 4;
const HEADER_BYTES = 24;
/** `VIR_NET_MESSAGE_MAX`, and the length word, which that does not include. */
const PACKET_MAX = 32 * MIB + LENGTH_BYTES;
/** The payload of a stream packet that every libvirt version accepts: `VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX`. */
export const STREAM_CHUNK = 262_144 - HEADER_BYTES;

const header = struct<Header>({
  program: uint,
  version: uint,
  procedure: int,
  type: int,
  serial: uint,
  status: int,
});

/** One packet: its length (which counts itself), the header, the payload. */
export function encodeMessage({ payload, ...fields }: Message): Buffer {
  const length = LENGTH_BYTES + HEADER_BYTES + payload.length;
  if (length > PACKET_MAX) throw new XdrError(`packet of ${length} bytes is too long`);
  return Buffer.concat([encode(uint, length), encode(header, fields), payload]);
}

/** Splits a stream of bytes, which comes in chunks of any size, into messages. */
export function createMessageSplitter(): (chunk: Buffer) => Message[] {
  let pending: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    pending.push(chunk);
    size += chunk.length;
    const messages: Message[] = [];
    while (size >= LENGTH_BYTES) {
      let data = pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending);
      const length = data.readUInt32BE();
      if (length < LENGTH_BYTES + HEADER_BYTES || length > PACKET_MAX) {
        throw new XdrError(`packet length ${length} is out of bounds`);
      }
      if (size < length) {
        pending = [data];
        break;
      }
      messages.push({
        ...decode(header, data.subarray(LENGTH_BYTES, LENGTH_BYTES + HEADER_BYTES)),
        payload: data.subarray(LENGTH_BYTES + HEADER_BYTES, length),
      });
      data = data.subarray(length);
      pending = [data];
      size = data.length;
    }
    return messages;
  };
}
