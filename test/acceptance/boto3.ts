import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Stack } from './stack.ts';

const BRIDGE = fileURLToPath(new URL('boto3-bridge.py', import.meta.url));

type Parameters = Readonly<Record<string, unknown>>;

/** An error of the service, as boto3 raises it. */
export class Boto3Error extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The real boto3 in a Python process of its own, which handles one request after the other. */
export function startBoto3({ env }: Pick<Stack, 'env'>) {
  const python = spawn('python3', [BRIDGE], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(python, 'exit');
  const answers = createInterface(python.stdout)[Symbol.asyncIterator]();

  const ask = async (kind: string, name: string, parameters: Parameters) => {
    python.stdin.write(`${JSON.stringify([kind, name, parameters])}\n`);
    const { value, done } = await answers.next();
    assert.ok(!done, 'boto3 is there');
    const { result, code, message } = JSON.parse(value);
    if (code !== undefined) throw new Boto3Error(code, message);
    return result;
  };
  return {
    /** `client.<name>(**parameters)`. @throws Boto3Error */
    call: (name: string, parameters: Parameters = {}) => ask('call', name, parameters),
    /** A waiter of boto3 that polls every second. */
    wait: (name: string, parameters: Parameters): Promise<null> => ask('wait', name, parameters),
    /** All pages of a paginator. */
    pages: (name: string, parameters: Parameters) => ask('pages', name, parameters),
    async stop() {
      python.stdin.end();
      await exited;
    },
  };
}

export type Boto3 = ReturnType<typeof startBoto3>;
