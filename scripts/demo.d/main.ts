import { parseArgs } from 'node:util';
import { isHungUp } from '../../src/cli/hung-up.ts';
import { startStack } from './stack.ts';
import { createWalkThrough } from './walk-through.ts';

const usage = `npm run demo [-- OPTION…]
  --once                stop when the walk-through has ended, all of it deleted again
  --state DIR           state directory
  --port PORT           of the RDS endpoint; also --ops-port, --temporal-port, --ui-port`;

function readOptions() {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const names = { state: text, port: text, 'ops-port': text, 'temporal-port': text, 'ui-port': text };
  try {
    const { once, help, ...forUp } = parseArgs({ options: { ...names, once: flag, help: flag } }).values;
    return { once, help, forUp: Object.entries(forUp).flatMap(([name, value]) => [`--${name}`, value]) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    return undefined;
  }
}

async function demo(once: boolean, forUp: readonly string[]): Promise<boolean> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => interrupted.abort());
  const stack = await startStack(forUp, interrupted.signal);
  if (stack === undefined) return interrupted.signal.aborted;
  try {
    const walk = await createWalkThrough(stack.ready, interrupted.signal);
    await walk.ensureInstance();
    const address = await walk.openInstance();
    await walk.restoreTable(address);
    if (once) {
      await walk.removeRestored();
      await walk.deleteInstance();
    } else {
      walk.tellWhatNext(address);
      await stack.ended;
      return interrupted.signal.aborted;
    }
  } catch (error) {
    if (interrupted.signal.aborted) return true;
    console.error(`\ndemo: ${error instanceof Error ? error.message : error}`);
    return false;
  } finally {
    await stack.stop();
  }
  return true;
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (!isHungUp(error)) throw error;
  });
}
const options = readOptions();
if (options === undefined) process.exitCode = 2;
else if (options.help) console.log(usage);
else process.exitCode = (await demo(options.once, options.forUp)) ? 0 : 1;
