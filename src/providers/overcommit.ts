import { ProviderError } from './provider.ts';

/** How many times the memory and disk of a host may be promised: 1 is no overcommitment. */
export interface Overcommit {
  readonly memory: number;
  readonly disk: number;
}

const MIN_FACTOR = 0.1;
const MAX_FACTOR = 100;
const part = /^(memory|disk):(\d{1,3}(?:\.\d{1,3})?)$/;

/**
 * Parses the option `overcommit=memory:1.5,disk:3` of IAAS. A part that is not named has the factor 1. A
 * factor below 1 keeps a part of the host for other uses.
 * @throws ProviderError `Configuration`
 */
export function parseOvercommit(text: string | undefined): Overcommit {
  const parts = text === undefined ? [] : text.split(',');
  const read = parts.map((each): readonly [string, number] => {
    const [, name = '', value = ''] = part.exec(each) ?? [];
    const factor = Number(value);
    if (name === '' || factor < MIN_FACTOR || factor > MAX_FACTOR) throw invalidOvercommit(text);
    return [name, factor];
  });
  const factors = new Map(read);
  if (factors.size < read.length) throw invalidOvercommit(text);
  return { memory: factors.get('memory') ?? 1, disk: factors.get('disk') ?? 1 };
}

function invalidOvercommit(text: string | undefined) {
  return new ProviderError(
    'Configuration',
    `IAAS: overcommit=${text}; expected for instance memory:1.5,disk:3, each at most once and from ${MIN_FACTOR} to ${MAX_FACTOR}`,
  );
}
