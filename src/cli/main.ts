#!/usr/bin/env node
import { runProgram } from './program.ts';

// The reader of a pipe may have seen enough: `cornac --help | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), process.env, process);
