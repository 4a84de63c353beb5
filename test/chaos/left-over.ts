import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { parse } from 'smol-toml';
import { listProcesses } from '../acceptance/processes.ts';
import type { Ready } from '../acceptance/stack.ts';
import { connectTo, namespaceOf, type TemporalPlace } from '../acceptance/temporal.ts';
import { slots } from './fleet.ts';
import { findStackProcesses } from './stack-processes.ts';

const waitMs = 30_000;
function isOfInstance(text: string) {
  return slots.some((slot) => text.includes(`cornac-${slot}`));
}

/**
 * Files, directories and links with the name of an instance's machine or address, and links to them. The file
 * that keeps an address for the name of a removed machine does not count.
 */
async function leftFiles(stateDir: string, addresses: ReadonlySet<string>): Promise<string[]> {
  const entries = await readdir(stateDir, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (basename(entry.parentPath) === 'kept-addresses') continue;
    const target = entry.isSymbolicLink() ? await readlink(path).catch(() => '') : '';
    if (addresses.has(entry.name) || isOfInstance(entry.name) || isOfInstance(target)) {
      found.push(`file ${relative(stateDir, path)}`);
    }
  }
  return found;
}

/** Processes whose working directory or command line names an instance's machine. */
async function leftMachineProcesses(): Promise<string[]> {
  const all = listProcesses();
  const looks = all.map(async ({ pid, command }) => {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    return isOfInstance(cwd) || isOfInstance(command) ? [`process ${pid}: ${command || cwd}`] : [];
  });
  return (await Promise.all(looks)).flat();
}

/** Open workflows. The reconciler's run does not count, because it ends by itself. */
async function openWorkflows(temporal: TemporalPlace): Promise<string[]> {
  const connection = await Connection.connect(connectTo(temporal));
  try {
    const found: string[] = [];
    const query = "ExecutionStatus = 'Running' AND WorkflowType != 'reconcile'";
    for await (const { workflowId, type } of new Client({
      connection,
      ...namespaceOf(temporal),
    }).workflow.list({
      query,
    })) {
      found.push(`workflow ${type} ${workflowId}`);
    }
    return found;
  } finally {
    await connection.close();
  }
}

const countRows = {
  'rows in secret': 'SELECT count(*) FROM secret',
  'operations that are not closed': "SELECT count(*) FROM operation WHERE state IN ('pending', 'running')",
  'instances in the inventory': "SELECT count(*) FROM instance WHERE identifier <> 'cornac'",
};

async function leftRows(config: string): Promise<string[]> {
  const { DATABASE_URL } = parse(await readFile(config, 'utf8'));
  const client = new pg.Client({ connectionString: String(DATABASE_URL) });
  await client.connect();
  try {
    const found: string[] = [];
    for (const [what, sql] of Object.entries(countRows)) {
      const { rows } = await client.query<{ count: string }>(sql);
      const [{ count } = { count: '?' }] = rows;
      if (count !== '0') found.push(`${count} ${what}`);
    }
    return found;
  } finally {
    await client.end();
  }
}

/**
 * What deleted instances have left, one line each. Retries, because leftovers may take some seconds to
 * disappear.
 */
export async function findLeftOver(
  ready: Pick<Ready, 'stateDir' | 'config'> & { readonly temporal: TemporalPlace },
  addresses: ReadonlySet<string>,
): Promise<string[]> {
  for (const deadline = Date.now() + waitMs; ; ) {
    const found = await Promise.all([
      leftFiles(ready.stateDir, addresses),
      leftMachineProcesses(),
      openWorkflows(ready.temporal),
      leftRows(ready.config),
    ]);
    const left = found.flat();
    if (left.length === 0 || Date.now() > deadline) return left;
    await delay(500);
  }
}

/** Locks of Cornac: names in the abstract socket namespace, and file locks that a process holds. */
async function heldLocks(): Promise<string[]> {
  const sockets = await readFile('/proc/net/unix', 'utf8');
  return sockets.split('\n').flatMap((line) => {
    const [, name] = /\s(@cornac-\S+)/.exec(line) ?? [];
    return name === undefined ? [] : [`lock ${name.slice(0, 20)}…`];
  });
}

/** Segments of shared memory: System V segments without attached processes, and POSIX segments. */
async function leftSharedMemory(): Promise<string[]> {
  const [head = '', ...segments] = (await readFile('/proc/sysvipc/shm', 'utf8')).trim().split('\n');
  const names = head.trim().split(/\s+/);
  const describe = (line: string) => {
    const values = line.trim().split(/\s+/);
    const told = ['shmid', 'uid', 'nattch', 'cpid', 'lpid'];
    return told.map((name) => `${name} ${values[names.indexOf(name)]}`).join(', ');
  };
  return [
    ...segments.map((line) => `shared memory ${describe(line)}`),
    ...(await readdir('/dev/shm')).map((name) => `shared memory ${name}`),
  ];
}

export async function listMounts(): Promise<string[]> {
  return (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .sort();
}

/**
 * What a stack has left after Ctrl-C: processes, locks, mounts, shared memory.
 * @param mounts the mounts that existed before
 * @param isAlone whether locks and shared memory can only belong to this stack
 */
export async function findLeftByStack(
  stateDir: string,
  mounts: readonly string[],
  isAlone: boolean,
): Promise<string[]> {
  const processes = await findStackProcesses(stateDir);
  return [
    ...processes.map(({ pid, command }) => `process ${pid}: ${command}`),
    ...(isAlone ? [...(await heldLocks()), ...(await leftSharedMemory())] : []),
    ...(await listMounts()).filter((mount) => !mounts.includes(mount)).map((mount) => `mount ${mount}`),
  ];
}
