import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, logToFile } from '../../src/log/logger.ts';

// node full-disk.ts DIRECTORY: fills the small file system at DIRECTORY, logs, frees space, logs again.
// Prints as JSON the number of lost lines and the message of every line of the log.
const [directory = ''] = process.argv.slice(2);
const file = join(directory, 'log');
const filling = join(directory, 'filling');
const destination = logToFile(file);
const log = createLogger(destination, 'info', 'test');

writeFileSync(filling, Buffer.alloc(8192));
for (let count = 0; count < 200; count++) log.info('during');
const { lost } = destination;
rmSync(filling);
log.info('after');

const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    try {
      return JSON.parse(line).msg;
    } catch {
      return 'torn';
    }
  });
process.stdout.write(JSON.stringify({ lost, lines }));
