import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { createTerminal, type OutputStream, type Terminal } from './terminal.ts';

/** The dependencies of a command. */
export interface Cli {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly terminal: Terminal;
  /** Effective settings; `overrides` holds the values of the command's own options. */
  config(overrides?: Settings): Config;
}

export interface GlobalOptions {
  readonly verbose?: boolean;
  readonly quiet?: boolean;
}

export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

export function createCli(options: GlobalOptions, env: NodeJS.ProcessEnv, streams: Streams): Cli {
  const cwd = process.cwd();
  const logLevel = options.verbose ? 'debug' : options.quiet ? 'warn' : undefined;
  return {
    env,
    cwd,
    terminal: createTerminal({
      stdout: streams.stdout,
      stderr: streams.stderr,
      env,
      quiet: options.quiet ?? false,
    }),
    config: (overrides = {}) =>
      loadConfig({ env, cwd, overrides: { ...(logLevel && { LOG_LEVEL: logLevel }), ...overrides } }),
  };
}

/** The `Cli` of a command's action, after commander has read the options. */
export type CliOf = (command: Command) => Cli;
