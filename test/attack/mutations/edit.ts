import type { Random } from '../api-random.ts';
import type { Draft } from './draft.ts';

/** Changes a draft in place, or returns a Buffer with the bytes to send instead. */
export type Mutation = (draft: Draft, random: Random) => unknown;

export const ODD = [
  '',
  ' ',
  '\t',
  '\0',
  '%00',
  '..',
  '/',
  '//',
  '?',
  '#',
  ';',
  '=',
  '&',
  '"',
  "'",
  'é',
  '\x7f',
  '*',
];

export function flip(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const code = (text.charCodeAt(at) || 64) ^ (1 << random.below(7));
  return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
}

function headerOf(draft: Draft, name: string) {
  return draft.headers.find(([each]) => each.toLowerCase() === name);
}

export function edit(draft: Draft, name: string, change: (value: string) => string): void {
  const header = headerOf(draft, name);
  if (header) header[1] = change(header[1]);
}

export function addQuery(draft: Draft, pair: string): void {
  draft.target += (draft.target.includes('?') ? '&' : '?') + pair;
}
