import { readdirSync } from 'node:fs';
import { titleOf } from './process-state.ts';

/** Command lines of this computer's processes that contain `text`. */
export function findProcesses(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => titleOf(Number(pid)))
    .filter((line) => line.includes(text))
    .map((line) => line.replaceAll('\0', ' '));
}
