import { type Codec, string, struct, uint } from './xdr.ts';

/** A remote procedure: its numbers, and the structures of its arguments and its answer. */
export interface Procedure<A, R> {
  readonly name: string;
  readonly program: number;
  readonly number: number;
  readonly args: Codec<A>;
  readonly ret: Codec<R>;
}

/** Program numbers; all are at version 1. */
export const Program = { remote: 0x20008086, qemu: 0x20008087, keepalive: 0x6b656570 } as const;

export function remote<A, R>(name: string, number: number, args: Codec<A>, ret: Codec<R>): Procedure<A, R> {
  return {
    name,
    program: Program.remote,
    number,
    args,
    ret,
  };
}

export const flags = uint;

export const byName = struct<{ name: string }>({ name: string });
export const xml = struct<{ xml: string }>({ xml: string });
