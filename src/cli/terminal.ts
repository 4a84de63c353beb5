import { styleText } from 'node:util';
import { plainText } from './plain-text.ts';

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** Results: what a pipe gets. */
  print(line: string): void;
  /** Progress and explanations; silent under `--quiet`. */
  say(line: string): void;
  /** Failures: never silent. */
  complain(line: string): void;
  /** Whether lines can be rewritten and coloured. */
  readonly interactive: boolean;
  /** Replaces what `rewrite` wrote last by these lines, where the terminal can; elsewhere does nothing. */
  rewrite(lines: readonly string[]): void;
  style(style: Style, text: string): string;
  /** Width of the terminal in characters. */
  readonly columns: number;
}

/** As much of a stream as is used here. */
export interface OutputStream {
  /** Writes, or loses what cannot be written; never throws. */
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  readonly quiet?: boolean;
}

export function createTerminal({ stdout, stderr, env, quiet = false }: TerminalOptions): Terminal {
  const interactive = stderr.isTTY === true && env.TERM !== 'dumb';
  const coloured = interactive && !env.NO_COLOR;
  let rewritten = 0;
  const settle = () => {
    rewritten = 0;
  };
  return {
    columns: stderr.columns ?? 80,
    interactive,
    print(line) {
      settle();
      stdout.write(`${plainText(line)}\n`);
    },
    say(line) {
      settle();
      if (!quiet) stderr.write(`${plainText(line)}\n`);
    },
    complain(line) {
      settle();
      stderr.write(`${plainText(line)}\n`);
    },
    rewrite(lines) {
      if (!interactive || quiet) return;
      // Up to the first line written last time, then clear to the end of the screen: ECMA-48 CPL and ED.
      const up = rewritten > 0 ? `\x1b[${rewritten}F\x1b[0J` : '';
      stderr.write(`${up}${lines.map((line) => `${plainText(line)}\n`).join('')}`);
      rewritten = lines.length;
    },
    style: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  };
}
