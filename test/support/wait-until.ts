import { setTimeout as delay } from 'node:timers/promises';

interface Pace {
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/** Looks until `isSo`. @throws Error with `what` after the time: a test that waits for ever names no reason */
export async function waitUntil(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { withinMs = 60_000, everyMs = 25 }: Pace = {},
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await delay(everyMs);
  }
}
