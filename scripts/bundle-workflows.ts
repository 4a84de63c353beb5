import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

// Bundling takes seconds. Because the build bundles, workers start at once and all run the same code.
function path(relative: string) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
const { code } = await bundleWorkflowCode({ workflowsPath: path('../src/workflows/index.ts') });
await writeFile(path('../dist/workflow-bundle.js'), code);
