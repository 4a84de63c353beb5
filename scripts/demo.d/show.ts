import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { styleText } from 'node:util';

const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR;

function style(name: Parameters<typeof styleText>[0], text: string): string {
  return coloured ? styleText(name, text, { validateStream: false }) : text;
}

export function title(text: string): void {
  console.log(`\n${style('bold', `== ${text}`)}`);
}

/** A command line as a user would type it. */
export function typed(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

export interface ShowOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The text to echo instead of the command itself. */
  readonly as?: string;
  readonly signal: AbortSignal;
}

/**
 * Echoes a command, runs it and shows its output.
 * @throws when the command fails
 */
export async function show(command: readonly string[], { env, as, signal }: ShowOptions): Promise<void> {
  const line = as ?? typed(command);
  console.log(style('cyan', `$ ${line}`));
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'], signal });
  const [status, killedBy] = await once(child, 'exit');
  if (status !== 0) throw new Error(`${line} ended with ${killedBy ?? `status ${status}`}`);
}

/** Runs a command and returns its output; undefined when it fails. */
export async function ask(command: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (part) => {
    output += part;
  });
  // Debian's aws CLI of version 1 printed its version on stderr.
  child.stderr.on('data', (part) => {
    output += part;
  });
  const [status] = await once(child, 'close');
  return status === 0 ? output.trim() : undefined;
}
