// A worker with Cornac's logging, for worker-logging.test.ts. Argument: Temporal's address. Runs until SIGTERM.
import { NativeConnection, Worker } from '@temporalio/worker';
import { createLogger, logToDescriptor } from '../../src/log/logger.ts';
import { logThrough } from '../../src/processes/worker-logging.ts';

logThrough(createLogger(logToDescriptor(2), 'info', 'worker'));
const connection = await NativeConnection.connect({ address: process.argv[2] ?? '' });
const worker = await Worker.create({
  connection,
  taskQueue: 'logging',
  activities: { none: async () => {} },
});
process.once('SIGTERM', () => process.exit(0));
await worker.run();
