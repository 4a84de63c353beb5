import { Command, CommanderError } from 'commander';
import type { Config } from '../config/config.ts';
import { readVersion } from '../system/version.ts';
import { type CliOf, createCli, type GlobalOptions, type Streams } from './cli.ts';
import { bootstrapCommand } from './commands/bootstrap.ts';
import { caCommand } from './commands/ca.ts';
import { checkCommand } from './commands/check.ts';
import { configCommand } from './commands/config.ts';
import { generateCredentialsCommand } from './commands/generate-credentials.ts';
import { inspectCommand } from './commands/inspect.ts';
import { migratedbCommand } from './commands/migratedb.ts';
import { recoverCommand } from './commands/recover.ts';
import { runCommand } from './commands/run.ts';
import { serveCommand } from './commands/serve.ts';
import { upCommand } from './commands/up.ts';
import { watchCommand } from './commands/watch.ts';
import { workerCommand } from './commands/worker.ts';
import { workerProcessCommand } from './commands/worker-process.ts';
import { explain } from './explain.ts';
import { createTerminal } from './terminal.ts';
import { showWarnings } from './warnings.ts';

/**
 * Runs a command line.
 * @returns the exit code: 0 on success, 2 for a wrong command line, else that of `explain`
 */
export async function runProgram(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  streams: Streams,
): Promise<number> {
  let config: Config | undefined;
  const program = createProgram(env, streams, (loaded) => {
    config = loaded;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander throws for --help and --version as well, with the exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { lines, exitCode } = explain(error, config);
    const terminal = createTerminal({ ...streams, env });
    const [first = 'unknown failure', ...rest] = lines;
    terminal.error(`${terminal.style('red', 'cornac:')} ${first}`);
    for (const line of rest) terminal.error(`        ${line}`);
    if (program.opts<GlobalOptions>().verbose && error instanceof Error) {
      terminal.error(String(error.stack));
    }
    return exitCode;
  }
}

function createProgram(
  env: NodeJS.ProcessEnv,
  streams: Streams,
  onConfig: (config: Config) => void,
): Command {
  const program = new Command('cornac')
    .description('The Amazon RDS API for PostgreSQL on machines you own.')
    .version(readVersion())
    .option('-v, --verbose', 'print details, and stack traces of errors')
    .option('-q, --quiet', 'print only results and errors')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(--help lists the commands)')
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
  const cliOf: CliOf = (command) => {
    const options = command.optsWithGlobals<GlobalOptions>();
    const cli = createCli(options, env, streams);
    showWarnings(cli.terminal, options);
    const config: typeof cli.config = (overrides) => {
      const loaded = cli.config(overrides);
      onConfig(loaded);
      return loaded;
    };
    return { ...cli, config };
  };
  for (const create of commands) {
    program.addCommand(create(cliOf), { hidden: create === workerProcessCommand });
  }
  exitByError(program);
  return program;
}

const commands = [
  upCommand,
  bootstrapCommand,
  workerCommand,
  workerProcessCommand,
  generateCredentialsCommand,
  runCommand,
  serveCommand,
  watchCommand,
  inspectCommand,
  recoverCommand,
  migratedbCommand,
  checkCommand,
  caCommand,
  configCommand,
];

const EXAMPLES = `
Everything on this machine:
  $ cornac up

In production, each where it belongs:
  $ cornac check                          # what would make a create fail
  $ cornac bootstrap                      # the inventory's own PostgreSQL
  $ cornac worker --processes 2           # does the work
  $ cornac generate-credentials --save    # for the aws CLI
  $ cornac serve 0.0.0.0:5000             # answers it
`;

/** Makes commander throw instead of ending the process. Commands added as objects do not inherit this. */
function exitByError(command: Command): void {
  command.exitOverride();
  for (const part of command.commands) {
    part.copyInheritedSettings(command);
    exitByError(part);
  }
}
