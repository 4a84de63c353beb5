// Runs programs for src/system/fork-server.ts, which starts it with an IPC channel. It ends when that process has ended.
// A program's standard input is empty. Messages in:
//   { id, program, args, options }   runs a program to its end; options are those of execFile
//   { id, daemon, args, options, log }   starts a program of its own session, whose stderr is appended to the file `log`
//   { id, kill }   ends the program with this signal
// Messages out:
//   { id, error, stdout, stderr }   the end of a program; `error` is undefined after status 0
import { execFile, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';

const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants;
/** The running programs. */
const children = new Map();

// The terminal sends these to all its processes. Programs must be run until the process that asks for them has ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  const { id, kill } = message;
  if (kill !== undefined) return children.get(id)?.kill(kill);
  try {
    children.set(id, message.daemon === undefined ? run(message) : start(message));
  } catch (error) {
    answer(id, error);
  }
});

function run({ id, program, args, options }) {
  const child = execFile(program, args, options, (error, stdout, stderr) =>
    answer(id, error, stdout, stderr),
  );
  // A program may end without reading its input.
  child.stdin?.on('error', () => {});
  child.stdin?.end();
  return child;
}

function start({ id, daemon, args, options, log }) {
  const fd = openSync(log, O_WRONLY | O_APPEND | O_NOFOLLOW);
  try {
    const child = spawn(daemon, args, { ...options, detached: true, stdio: ['ignore', 'ignore', fd] });
    child.once('error', (error) => answer(id, error));
    child.once('exit', (code, signal) => answer(id, { message: `${daemon} ended`, code, signal }));
    return child;
  } finally {
    closeSync(fd);
  }
}

function answer(id, error, stdout = '', stderr = '') {
  if (!children.delete(id) && !error) return;
  const { message, code, signal } = error ?? {};
  process.send?.({ id, error: error ? { message, code, signal } : undefined, stdout, stderr });
}
