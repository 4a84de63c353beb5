import { readFileSync } from 'node:fs';

/** The version in package.json, both from src/ and from dist/. */
export function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return version;
}
