import { randomInt } from 'node:crypto';
import type { KeyPair } from './edit.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A pair as long as AWS's: 20 and 40 characters. All of them are letters and digits, which no shell, CSV or URL
 * changes; 40 of those are 238 bits.
 */
export function generateKeyPair(): KeyPair {
  return {
    accessKeyId: `CORNAC${pick(BASE32, 14)}`,
    secretAccessKey: pick(ALPHANUMERIC, 40),
  };
}

function pick(letters: string, count: number): string {
  return Array.from({ length: count }, () => letters[randomInt(letters.length)]).join('');
}
