import { ProviderError } from './provider.ts';

/** How many times what is there may be promised: 1 is what is there, and no more. */
export interface Overcommit {
  readonly memory: number;
  readonly disk: number;
}

const LEAST = 0.1;
const MOST = 100;
const part = /^(memory|disk):(\d{1,3}(?:\.\d{1,3})?)$/;

/**
 * The option `overcommit=memory:1.5,disk:3` of IAAS; what it does not name is promised once. Below 1 a part of the host is
 * kept for others.
 * @throws ProviderError `Configuration`
 */
export function parseOvercommit(text: string | undefined): Overcommit {
  const parts = text === undefined ? [] : text.split(',');
  const read = parts.map((each): readonly [string, number] => {
    const [, name = '', value = ''] = part.exec(each) ?? [];
    const factor = Number(value);
    if (name === '' || factor < LEAST || factor > MOST) throw wrong(text);
    return [name, factor];
  });
  const factors = new Map(read);
  if (factors.size < read.length) throw wrong(text);
  return { memory: factors.get('memory') ?? 1, disk: factors.get('disk') ?? 1 };
}

function wrong(text: string | undefined) {
  return new ProviderError(
    'Configuration',
    `IAAS: overcommit=${text} should be like memory:1.5,disk:3, each at most once and from ${LEAST} to ${MOST}`,
  );
}
