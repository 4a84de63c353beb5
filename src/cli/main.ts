#!/usr/bin/env node
import { logToDescriptor } from '../log/logger.ts';
import { isHungUp } from './hung-up.ts';
import { runProgram } from './program.ts';

/** How long after its work a process may be kept alive by what it has opened. */
const LINGER_MS = 3_000;

// What is said on the way may get lost, because the work must go on: the disk is full, nobody reads.
const said = logToDescriptor(2);
const stderr = {
  write: said.write,
  isTTY: process.stderr.isTTY,
  get columns() {
    return process.stderr.columns;
  },
};

// A result that got lost is a failure, told in the end. A reader that has seen enough is none.
let problem: Error | undefined;
process.stdout.on('error', (error) => {
  if (!isHungUp(error)) problem ??= error;
});
process.stderr.on('error', () => {});

const status = await runProgram(process.argv.slice(2), process.env, { stdout: process.stdout, stderr });
await new Promise((written) => process.stdout.write('', written));
if (problem) said.write(`cornac: the results could not be written: ${problem.message}\n`);
process.exitCode = problem && status === 0 ? 1 : status;
// Whatever was opened and not closed, the work is over. By itself this timer keeps nothing alive.
setTimeout(() => process.exit(), LINGER_MS).unref();
// A reader that is slow gets what was said; one that never reads does not keep this process.
await said.settled(1_000);
