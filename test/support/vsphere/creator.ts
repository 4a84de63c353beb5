// A worker's step in a separate process that a test kills. It makes the machine named by its argument, and
// prints its progress reports, one a line. The provider's options come on standard input.
import { text } from 'node:stream/consumers';
import { createVsphereProvider, type VsphereOptions } from '../../../src/providers/vsphere/vsphere.ts';

const options = JSON.parse(await text(process.stdin)) as VsphereOptions;
const provider = createVsphereProvider(options);
const spec = { name: String(process.argv[2]), cpus: 1, memoryMiB: 512, diskGiB: 1 };
await provider.ensureMachine(spec, {
  signal: new AbortController().signal,
  report: (_message, resume) => resume && console.log(JSON.stringify(resume)),
});
await provider.close();
