import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs programs by a small process (appliance/local/fork-server.mjs), because the time of fork(2) grows with the
 * memory of the process that calls it: 0.7 ms at 50 MB, 6 ms at 350 MB, in which Node.js does nothing else.
 */
const SERVER = fileURLToPath(new URL('../../appliance/local/fork-server.mjs', import.meta.url));

/** From an abort to SIGKILL, and from there to the end of the wait: on a disk that hangs no program ends. */
const GRACE_MS = 5_000;

/** As those of `execFile`, whose defaults hold. */
export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  /** Bytes of stdout and of stderr. */
  readonly maxBuffer?: number | undefined;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that does not end with status 0, cannot be started or was killed. */
export class ProgramError extends Error implements Output {
  override readonly name = 'ProgramError';
  /** The exit status, or the code of the error of a system call. */
  readonly code: number | string | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor({ message, code, signal }: ServerError, { stdout, stderr }: Output) {
    super(message);
    this.code = code ?? undefined;
    this.signal = signal ?? undefined;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** A program of its own session, which outlives this process. */
export interface Daemon {
  /** Resolves when the program has ended, also where it could not be started. */
  readonly ended: Promise<void>;
  kill(): void;
  /** Lets this process end before the program. `ended` then never resolves. */
  unref(): void;
}

interface ServerError {
  readonly message: string;
  readonly code?: number | string | null;
  readonly signal?: NodeJS.Signals | null;
}

interface Answer extends Output {
  readonly id: number;
  readonly error?: ServerError;
}

interface Server {
  readonly child: ChildProcess;
  /** What waits for the ends of its programs. */
  readonly waiting: Map<number, (answer: Answer) => void>;
}

let present: Server | undefined;
let lastId = 0;

/**
 * Runs a program to its end. Its standard input is empty.
 * @throws ProgramError, or the reason of `signal` when the program has ended, at most ten seconds after the abort
 */
export async function execProgram(
  program: string,
  args: readonly string[],
  { signal, ...options }: ProgramOptions & { readonly signal?: AbortSignal | undefined } = {},
): Promise<Output> {
  signal?.throwIfAborted();
  const { kill, answer, giveUp } = ask({ program, args, options });
  const timers: NodeJS.Timeout[] = [];
  const stop = () => {
    kill('SIGTERM');
    timers.push(setTimeout(kill, GRACE_MS, 'SIGKILL'), setTimeout(giveUp, 2 * GRACE_MS));
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const { error, stdout, stderr } = await answer;
    signal?.throwIfAborted();
    if (error) throw new ProgramError(error, { stdout, stderr });
    return { stdout, stderr };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Starts a daemon. Its stderr is appended to the file `log`, which exists. */
export function startDaemon(
  program: string,
  args: readonly string[],
  log: string,
  options: ProgramOptions,
): Daemon {
  const { kill, answer, forget } = ask({ daemon: program, args, options, log });
  return { ended: answer.then(() => {}), kill: () => kill('SIGKILL'), unref: forget };
}

function ask(request: object) {
  present ??= startServer();
  const server = present;
  const id = ++lastId;
  const answer = new Promise<Answer>((resolve) => {
    server.waiting.set(id, resolve);
  });
  server.child.ref();
  server.child.channel?.ref();
  server.child.send({ id, ...request }, (error) => {
    if (error) settle(server, failed(id, error));
  });
  return {
    answer,
    // Without a callback an error of the channel would be thrown.
    kill: (signal: NodeJS.Signals) => server.child.send({ id, kill: signal }, () => {}),
    forget: () => forget(server, id),
    giveUp: () => settle(server, failed(id, new Error('the program does not end'))),
  };
}

function startServer(): Server {
  // A directory that the server works in could not be unmounted.
  // NODE_OPTIONS may have it print warnings, which are not for the terminal.
  const child = fork(SERVER, [], { cwd: '/', execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const server: Server = { child, waiting: new Map() };
  const end = (why: Error) => {
    if (present === server) present = undefined;
    for (const id of server.waiting.keys()) settle(server, failed(id, why));
  };
  child.on('message', (answer) => settle(server, answer as Answer));
  child.on('error', end);
  child.once('exit', (code, signal) => {
    end(new Error(`the fork server ended with ${signal ?? `status ${code}`}`));
  });
  return server;
}

function failed(id: number, { message }: Error): Answer {
  return { id, error: { message }, stdout: '', stderr: '' };
}

function settle(server: Server, answer: Answer): void {
  const resolve = server.waiting.get(answer.id);
  forget(server, answer.id);
  resolve?.(answer);
}

/** Only a program whose end is waited for keeps this process running. */
function forget({ child, waiting }: Server, id: number): void {
  waiting.delete(id);
  if (waiting.size > 0) return;
  child.unref();
  child.channel?.unref();
}
