import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
const source = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** What the worker runs workflows from: the bundle that the build made, or the sources beside us. */
export function workflowSource(): { workflowBundle: { codePath: string } } | { workflowsPath: string } {
  return existsSync(built) ? { workflowBundle: { codePath: built } } : { workflowsPath: source };
}
