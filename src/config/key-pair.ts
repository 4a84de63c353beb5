import { randomInt } from 'node:crypto';
import type { KeyPair } from './edit.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A pair with AWS's lengths: 20 and 40 characters. All characters are letters and digits, because no shell,
 * CSV or URL changes those; 40 of them have 238 bits.
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
