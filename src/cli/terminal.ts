import { styleText } from 'node:util';
import { plainText } from './plain-text.ts';

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  /** Results, to stdout. */
  print(line: string): void;
  /** Progress and explanations; silent under `--quiet`. */
  info(line: string): void;
  /** Failures: never silent. */
  error(line: string): void;
  /** Whether lines can be rewritten and coloured. */
  readonly interactive: boolean;
  /** Replaces the lines of the last `rewrite` by these. No-op where the terminal is not interactive. */
  rewrite(lines: readonly string[]): void;
  style(style: Style, text: string): string;
  /** Width of the terminal in characters. */
  readonly columns: number;
}

/** The members of a stream that are used here. */
export interface OutputStream {
  /** Never throws: text that cannot be written is lost. */
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
    info(line) {
      settle();
      if (!quiet) stderr.write(`${plainText(line)}\n`);
    },
    error(line) {
      settle();
      stderr.write(`${plainText(line)}\n`);
    },
    rewrite(lines) {
      if (!interactive || quiet) return;
      // Moves to the first line of the last `rewrite`, clears to the end of the screen: ECMA-48 CPL and ED.
      const up = rewritten > 0 ? `\x1b[${rewritten}F\x1b[0J` : '';
      stderr.write(`${up}${lines.map((line) => `${plainText(line)}\n`).join('')}`);
      rewritten = lines.length;
    },
    style: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  };
}
