import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { isOwnTemporalTls } from '../config/own-temporal.ts';
import { settingErrors } from '../providers/provider.ts';
import { FinalEndError, NEWER_INVENTORY } from '../supervisor/final-end.ts';
import { Stopped } from '../supervisor/stop-signal.ts';
import { SeveralFailures } from '../system/run-all.ts';
import { UpError } from '../up/up-error.ts';
import { CliFailure } from './failure.ts';

export interface Explanation {
  readonly lines: readonly string[];
  /**
   * 1: the command failed; 2: an argument or a setting is wrong; 3: the inventory is of a newer Cornac; above 128: a
   * signal ended the command.
   */
  readonly exitCode: number;
}

/** Settings that may cause a failure. */
export type ExplainedConfig = Pick<Config, 'stateDir' | 'temporal'>;

/**
 * The meaning of an error for the user of a command, and what to do. An unknown error keeps its message.
 * @param config the settings, if they could be read
 */
export function explain(error: unknown, config?: ExplainedConfig): Explanation {
  if (error instanceof ConfigError) return { lines: error.problems, exitCode: 2 };
  if (error instanceof CliFailure) {
    return {
      lines: error.advice ? [error.message, error.advice] : [error.message],
      exitCode: error.exitCode,
    };
  }
  if (error instanceof Stopped || error instanceof FinalEndError) {
    return { lines: [error.message], exitCode: error.exitCode };
  }
  if (error instanceof UpError) return { lines: error.lines, exitCode: 1 };
  if (error instanceof SeveralFailures) return explainAll(error.errors, config);
  for (const link of chain(error)) {
    const known = rules.find(({ matches }) => matches(link));
    if (known !== undefined) {
      return { lines: known.lines(link, config), exitCode: known.exitCode?.(link) ?? 1 };
    }
  }
  const message = error instanceof Error ? error.message : String(error);
  return { lines: [message, 'Run with --verbose for the stack trace.'], exitCode: 1 };
}

/** The lines of all failures. A line that several have is shown once, at the end. */
function explainAll(failures: readonly unknown[], config?: ExplainedConfig): Explanation {
  const explanations = failures.map((each) => explain(each, config));
  const lines = explanations.flatMap((each) => each.lines);
  return {
    lines: lines.filter((line, index) => !lines.includes(line, index + 1)),
    exitCode: explanations[0]?.exitCode ?? 1,
  };
}

interface Link {
  readonly name: string;
  readonly message: string;
  readonly code: unknown;
  readonly port: unknown;
}

interface Rule {
  matches(link: Link): boolean;
  lines(link: Link, config?: ExplainedConfig): readonly string[];
  /** Default: 1 */
  exitCode?(link: Link): number;
}

function isSetting() {
  return 2;
}

const temporalRule = {
  lines: (_: Link, config?: ExplainedConfig) => [
    config === undefined
      ? 'Temporal does not answer.'
      : `Temporal does not answer at ${config.temporal.address}, which TEMPORAL_ADDRESS names.`,
    '`cornac up` starts a Temporal on this machine, for its owner only; TEMPORAL_ADDRESS and TEMPORAL_TLS_* name another.',
    '`cornac config` shows the address in use.',
    ...(config && isOwnTemporalTls(config)
      ? [
          `Cornac used the certificates that \`cornac up\` keeps in ${config.stateDir}. Another Temporal on this computer, without TLS, requires TEMPORAL_TLS=false.`,
        ]
      : []),
  ],
};

function inventoryRule(problem: string) {
  return {
    lines: () => [
      problem,
      'DATABASE_URL names the inventory; `cornac bootstrap` creates it, `cornac config` shows it.',
    ],
  };
}

const rules: readonly Rule[] = [
  {
    matches: ({ message }) => /\bNamespace \S+ (?:was|is) not found/i.test(message),
    lines: ({ message }) => [
      message,
      'TEMPORAL_NAMESPACE names it; `temporal operator namespace create` creates it.',
    ],
    exitCode: isSetting,
  },
  {
    // Connection errors of the SDK's worker and client, and gRPC's UNAVAILABLE and DEADLINE_EXCEEDED.
    matches: ({ name, code, message }) =>
      name === 'TransportError' ||
      ((name === 'ServiceError' || /^(?:14 UNAVAILABLE|4 DEADLINE_EXCEEDED)\b/.test(message)) &&
        code !== 7 &&
        code !== 16) ||
      /Failed to connect before the deadline/.test(message),
    ...temporalRule,
  },
  {
    matches: ({ code, message }) =>
      (code === 7 || code === 16) && /PERMISSION_DENIED|UNAUTHENTICATED/.test(message),
    lines: () => [
      'Temporal denies access.',
      'Check TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_NAMESPACE.',
    ],
  },
  {
    matches: ({ code }) => code === 'EADDRINUSE',
    lines: ({ port }) => [
      `Port ${port} is in use by another program.`,
      'Stop that program, or choose another port with --port, LISTEN or OPS_LISTEN.',
    ],
  },
  {
    matches: ({ code }) => code === 'P1001' || code === 'P1002' || code === '57P03',
    ...inventoryRule('The inventory does not answer.'),
  },
  {
    matches: ({ code, message }) =>
      code === '28P01' || code === '28000' || /SASL authentication failed/.test(message),
    ...inventoryRule('The inventory refuses the role or its password.'),
    exitCode: isSetting,
  },
  {
    matches: ({ code }) => code === '3D000',
    ...inventoryRule("The inventory's database does not exist."),
    exitCode: isSetting,
  },
  {
    matches: ({ code }) => code === '42P01' || code === 'P2021',
    lines: () => ['The inventory has no tables yet.', '`cornac migratedb` creates them.'],
  },
  {
    matches: ({ code }) =>
      code === 'ECONNREFUSED' || code === 'ETIMEDOUT' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH',
    lines: ({ message }) => [
      `Connection failed: ${message}.`,
      'If this is the inventory: `cornac bootstrap` creates it or starts it again; DATABASE_URL names it.',
    ],
  },
  {
    matches: ({ code }) => code === 'EACCES' || code === 'EPERM',
    lines: ({ message }) => [message, 'Set STATE_DIR to a directory that you may write to.'],
  },
  {
    // The message contains the advice.
    matches: ({ name }) => ['MigrationError', 'InventoryTooNew', 'ServerNotProven'].includes(name),
    lines: ({ message }) => [message],
    exitCode: ({ name }) => (name === 'InventoryTooNew' ? NEWER_INVENTORY.status : 1),
  },
  {
    matches: ({ name }) => name === 'ProviderError',
    // A message that begins with an option names the setting to correct.
    lines: ({ message }) =>
      /^[A-Z_]+: /.test(message)
        ? [message]
        : [message, 'IAAS and the settings beside it define where machines are created.'],
    exitCode: ({ code }) => (settingErrors.some((each) => each === code) ? 2 : 1),
  },
];

/** An error, its causes, and the parts of an AggregateError. */
function* chain(error: unknown): Generator<Link> {
  if (!(error instanceof Error)) return;
  const { code, port } = error as Error & { code?: unknown; port?: unknown };
  yield { name: error.name, message: error.message, code, port };
  if (error instanceof AggregateError) for (const part of error.errors) yield* chain(part);
  yield* chain(error.cause);
}
