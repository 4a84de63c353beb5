import { MIB } from '../../../system/units.ts';
/** Writes and reads a value of type `T` in XDR (RFC 4506): big-endian, padded to four bytes. */
export interface Codec<T> {
  write(out: XdrWriter, value: T): void;
  read(from: XdrReader): T;
}

/** `REMOTE_STRING_MAX` of libvirt. It limits what is allocated for a wrong length. */
const STRING_MAX = 4 * MIB;

export class XdrError extends Error {
  override readonly name = 'XdrError';
}

export class XdrWriter {
  readonly #parts: Uint8Array[] = [];

  word(value: number): void {
    const part = Buffer.allocUnsafe(4);
    part.writeUInt32BE(value >>> 0);
    this.#parts.push(part);
  }

  bytes(value: Uint8Array): void {
    this.#parts.push(value, new Uint8Array(padding(value.length)));
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

export class XdrReader {
  readonly #data: Buffer;
  #offset = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  word(): number {
    return this.#take(4).readUInt32BE();
  }

  bytes(length: number): Buffer {
    const value = this.#take(length);
    this.#take(padding(length));
    return value;
  }

  get remaining(): number {
    return this.#data.length - this.#offset;
  }

  #take(length: number): Buffer {
    if (length > this.remaining) throw new XdrError(`message ends ${length - this.remaining} bytes early`);
    const start = this.#offset;
    this.#offset += length;
    return this.#data.subarray(start, this.#offset);
  }
}

function padding(length: number) {
  return (4 - (length % 4)) % 4;
}

export const none: Codec<void> = { write() {}, read() {} };

export const int: Codec<number> = {
  write: (out, value) => out.word(value),
  read: (from) => from.word() | 0,
};

export const uint: Codec<number> = {
  write: (out, value) => out.word(value),
  read: (from) => from.word(),
};

/** 64 bits as a number: sizes, counts and times, exact up to 2^53. */
export const hyper: Codec<number> = {
  write(out, value) {
    const bits = BigInt.asUintN(64, BigInt(value));
    out.word(Number(bits >> 32n));
    out.word(Number(bits & 0xffffffffn));
  },
  read(from) {
    const high = BigInt(from.word());
    return Number(BigInt.asIntN(64, (high << 32n) | BigInt(from.word())));
  },
};

export const string: Codec<string> = {
  write(out, value) {
    const bytes = Buffer.from(value, 'utf8');
    if (bytes.length > STRING_MAX) throw new XdrError(`string of ${bytes.length} bytes is too long`);
    out.word(bytes.length);
    out.bytes(bytes);
  },
  read(from) {
    const length = from.word();
    if (length > STRING_MAX) throw new XdrError(`string of ${length} bytes is too long`);
    return from.bytes(length).toString('utf8');
  },
};

/** Exactly `length` bytes, without a length before them. */
export function opaque(length: number): Codec<Uint8Array> {
  return {
    write(out, value) {
      if (value.length !== length) throw new XdrError(`${value.length} bytes where ${length} are expected`);
      out.bytes(value);
    },
    // A copy, because a slice would keep the whole message in memory as long as the UUID.
    read: (from) => Uint8Array.from(from.bytes(length)),
  };
}

export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    write(out, value) {
      out.word(value === undefined ? 0 : 1);
      if (value !== undefined) codec.write(out, value);
    },
    read: (from) => (from.word() === 0 ? undefined : codec.read(from)),
  };
}

/** A value that the protocol declares as optional and that is always present here. */
export function present<T>(codec: Codec<T>): Codec<T> {
  return {
    write: (out, value) => optional(codec).write(out, value),
    read(from) {
      const value = optional(codec).read(from);
      if (value === undefined) throw new XdrError('a mandatory value is missing');
      return value;
    },
  };
}

export function array<T>(codec: Codec<T>, max: number): Codec<T[]> {
  return {
    write(out, values) {
      if (values.length > max) throw new XdrError(`${values.length} items, at most ${max} are allowed`);
      out.word(values.length);
      for (const value of values) codec.write(out, value);
    },
    read(from) {
      const length = from.word();
      if (length > max) throw new XdrError(`${length} items, at most ${max} are allowed`);
      return Array.from({ length }, () => codec.read(from));
    },
  };
}

/** Fields in the order of `fields`. */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Codec<T[K]> }): Codec<T> {
  const names = Object.keys(fields) as (keyof T)[];
  return {
    write(out, value) {
      for (const name of names) fields[name].write(out, value[name]);
    },
    read: (from) => Object.fromEntries(names.map((name) => [name, fields[name].read(from)])) as T,
  };
}

export function encode<T>(codec: Codec<T>, value: T): Buffer {
  const out = new XdrWriter();
  codec.write(out, value);
  return out.toBuffer();
}

export function decode<T>(codec: Codec<T>, data: Buffer): T {
  return codec.read(new XdrReader(data));
}
