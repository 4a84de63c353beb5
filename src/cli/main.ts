#!/usr/bin/env node
import { logToDescriptor } from '../log/logger.ts';
import { isHungUp } from './hung-up.ts';
import { runProgram } from './program.ts';

/** How long open handles may keep the process alive after its work. */
const LINGER_MS = 3_000;

// Progress lines may be lost, on a full disk or without a reader, because the work must continue.
const stderrLog = logToDescriptor(2);
const stderr = {
  write: stderrLog.write,
  isTTY: process.stderr.isTTY,
  get columns() {
    return process.stderr.columns;
  },
};

// A lost result is a failure, reported at the end. A closed pipe or terminal is not a failure.
let problem: Error | undefined;
process.stdout.on('error', (error) => {
  if (!isHungUp(error)) problem ??= error;
});
process.stderr.on('error', () => {});

const status = await runProgram(process.argv.slice(2), process.env, { stdout: process.stdout, stderr });
await new Promise((written) => process.stdout.write('', written));
if (problem) stderrLog.write(`cornac: the results could not be written: ${problem.message}\n`);
process.exitCode = problem && status === 0 ? 1 : status;
// The work is over even where a handle stays open. The timer itself does not keep the process alive.
setTimeout(() => process.exit(), LINGER_MS).unref();
// Waits up to one second for a slow reader of stderr.
await stderrLog.settled(1_000);
