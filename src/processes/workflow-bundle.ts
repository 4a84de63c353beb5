import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findCurrentBuild } from './current-build.ts';

const beside = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
const sources = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

/**
 * The source of the worker's workflows: the bundle of the build, or the TypeScript sources of this tree. A worker that
 * runs from sources takes the bundle of a current build, because bundling costs seconds of CPU.
 */
export function workflowSource(): { workflowBundle: { codePath: string } } | { workflowsPath: string } {
  if (existsSync(beside)) return { workflowBundle: { codePath: beside } };
  const build = findCurrentBuild();
  const built = build && `${build}/workflow-bundle.js`;
  return built && existsSync(built) ? { workflowBundle: { codePath: built } } : { workflowsPath: sources };
}
