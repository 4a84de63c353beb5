// node download.mjs URL FILE, for a machine without curl and wget.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const [url, file] = process.argv.slice(2);
const controller = new AbortController();
const timer = setTimeout(() => controller.abort(new Error('no end after ten minutes')), 600_000);
try {
  const response = await fetch(url, { signal: controller.signal });
  if (!response.ok) throw new Error(`HTTP status ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
} catch (error) {
  console.error(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
} finally {
  clearTimeout(timer);
}
