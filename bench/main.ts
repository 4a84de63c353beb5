import { RDSClient } from '@aws-sdk/client-rds';
import { makeStateDir, removeState, startStack } from '../test/acceptance/stack.ts';
import { measureCreates } from './creates.ts';
import { measureDescribe } from './describe.ts';
import { createFloor } from './floor.ts';
import { untilSpare } from './spare.ts';

// Only ratios within one run count, because machines are noisy.
const stateDir = await makeStateDir();
const floor = await createFloor();
const stack = await startStack(stateDir);
try {
  const rds = new RDSClient({
    endpoint: stack.endpoint,
    region: stack.region,
    credentials: { accessKeyId: stack.accessKeyId, secretAccessKey: stack.secretAccessKey },
  });
  const figures: Record<string, number> = {
    ...(await measureCreates(rds, floor, () => untilSpare(stateDir))),
    ...(await measureDescribe(rds, stack)),
  };
  const words = Object.entries(figures).map(([name, value]) => `${name}=${value.toFixed(2)}`);
  console.log(`bench: ${words.join(' ')}`);
} finally {
  await stack.stop();
  await floor.remove();
  await removeState(stateDir);
}
