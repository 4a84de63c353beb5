import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { loadGuestScripts } from '../../../src/guest/scripts.ts';
import { readPublicKey } from '../../../src/machines/ssh-key.ts';
import { createLocalProvider } from '../../../src/providers/local/local.ts';
import { noProgress, type RunningMachine } from '../../../src/providers/provider.ts';
import type { World } from '../world.ts';
import type { Attempt, Outcome } from './stranger-workflows.ts';

const SCRIPTS = fileURLToPath(new URL('../../../appliance/guest', import.meta.url));
const QUEUE = 'evil';

/** A bundle of workflows in a temporary file, as a stranger would bring it along. */
async function bundle(directory: string, name: string): Promise<string> {
  const workflowsPath = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath });
  const path = join(directory, `${name}.js`);
  await writeFile(path, code);
  return path;
}

/**
 * A machine of the stranger: a real sshd that accepts Cornac, and guest scripts with the names of Cornac's
 * scripts, each of which leaves a file behind.
 */
async function createTrap(world: World, directory: string) {
  const stateDir = join(directory, 'machines');
  await mkdir(stateDir);
  await chmod(stateDir, 0o711);
  const provider = await createLocalProvider({
    stateDir,
    machinePrefix: 'cornac-',
    publicKeys: [await readPublicKey(join(world.stateDir, 'ssh', 'id_ed25519'))],
    guestScriptsDir: SCRIPTS,
  });
  const name = 'cornac-trap';
  await provider.ensureMachine({ name, cpus: 1, memoryMiB: 512, diskGiB: 1 }, noProgress());
  const machine = await provider.startMachine(name, noProgress());
  const canaries = join(directory, 'canaries');
  await mkdir(canaries, { mode: 0o777 });
  await chmod(canaries, 0o777);
  const scripts = loadGuestScripts(SCRIPTS);
  const home = join(machine.guestRoot, scripts.directory);
  await mkdir(home, { recursive: true, mode: 0o755 });
  // The SQL scripts of extensions are in directories, and no program runs them.
  for (const { path } of scripts.files.filter((file) => !file.path.includes('/'))) {
    await writeFile(join(home, path), `#!/bin/sh\nid > ${canaries}/${path}\n`, { mode: 0o755 });
  }
  const close = async () => {
    await provider.destroyMachine({ name }, noProgress());
    await provider.close();
  };
  return { machine, canaries, close };
}

/** A stranger that can reach only Temporal, with its own client, worker and workflows. */
export async function createStranger(world: World) {
  const directory = await mkdtemp(join(tmpdir(), 'cornac-evil-'));
  await chmod(directory, 0o711);
  const trap = await createTrap(world, directory);
  const [calls, answers] = [
    await bundle(directory, 'stranger-workflows'),
    await bundle(directory, 'stranger-answers'),
  ];
  const { address } = world.environment;
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const worker = await Worker.create({
    connection: native,
    taskQueue: QUEUE,
    workflowBundle: { codePath: calls },
  });
  const running = worker.run();
  const thieves = new Set<() => Promise<void>>();

  return {
    client,
    queue: QUEUE,
    /** The machine that Cornac is lured to, and the directory in which its scripts leave their files. */
    trap: trap.machine as RunningMachine,
    canaries: trap.canaries,

    /** Calls activities from a workflow of the stranger with this type and id. */
    attack: async (attempts: readonly Attempt[], type = 'evil', workflowId = `evil-${randomUUID()}`) =>
      (await client.workflow.execute(type, { workflowId, taskQueue: QUEUE, args: [attempts] })) as Outcome[],

    /** Takes tasks from Cornac's own task queue until it is stopped. */
    async poll(options: {
      readonly workflows?: boolean;
      readonly activities?: Record<string, () => Promise<unknown>>;
    }) {
      const thief = await Worker.create({
        connection: native,
        taskQueue: world.taskQueue,
        ...(options.workflows && { workflowBundle: { codePath: answers } }),
        ...(options.activities && { activities: options.activities }),
      });
      const thieving = thief.run();
      const stop = async () => {
        if (!thieves.delete(stop)) return;
        thief.shutdown();
        await thieving;
      };
      thieves.add(stop);
      return stop;
    },

    async close() {
      for (const stop of thieves) await stop();
      worker.shutdown();
      await running;
      await trap.close();
      await native.close();
      await connection.close();
      await rm(directory, { recursive: true });
    },
  };
}

export type Stranger = Awaited<ReturnType<typeof createStranger>>;
