#!/usr/bin/env node
import { isHungUp } from './hung-up.ts';
import { runProgram } from './program.ts';

for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (!isHungUp(error)) throw error;
  });

process.exitCode = await runProgram(process.argv.slice(2), process.env, process);
