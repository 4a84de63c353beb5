import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Temporal's CLI: on PATH, or where scripts/setup has put it. */
export const temporalProgram = (): string => {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cornac/bin');
  const found = [...(process.env.PATH ?? '').split(delimiter), cache]
    .map((directory) => join(directory, 'temporal'))
    .find(existsSync);
  if (!found) throw new Error("Temporal's CLI is not here: run scripts/setup");
  return found;
};

/** A development server of our own on a free port, in memory; `teardown` ends it. */
export const startTemporal = (): Promise<TestWorkflowEnvironment> =>
  TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalProgram() },
      log: { format: 'pretty', level: 'error' },
    },
  });
