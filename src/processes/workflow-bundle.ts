import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
const source = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/** The source of the worker's workflows: the bundle of the build, or the TypeScript sources of this tree. */
export function workflowSource(): { workflowBundle: { codePath: string } } | { workflowsPath: string } {
  return existsSync(built) ? { workflowBundle: { codePath: built } } : { workflowsPath: source };
}
