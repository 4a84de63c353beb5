import type { Connection } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { isOfThisComputer } from '../config/own-temporal.ts';
import { right, unknown, wrong } from '../providers/check-results.ts';
import type { CheckResult } from '../providers/provider.ts';
import { connectLazily } from '../temporal/connection.ts';
import { searchAttributes } from '../temporal/search-attributes.ts';
import { isTemporalUnavailable } from '../temporal/unavailable.ts';

const ANSWER_MS = 5_000;
/** gRPC's NOT_FOUND, PERMISSION_DENIED and UNAUTHENTICATED. */
const NOT_FOUND = 5;
const REFUSED = [7, 16];

/** Whether Temporal answers, has the namespace, and knows the search attributes of Cornac's workflows. */
export async function checkTemporal({ temporal, databaseUrl }: Config): Promise<CheckResult[]> {
  const { address, namespace } = temporal;
  let connection: Connection | undefined;
  try {
    // Throws where the files of TEMPORAL_TLS_* cannot be read.
    connection = connectLazily(temporal);
    await answers(connection);
  } catch (error) {
    await connection?.close();
    return [unavailable(address, error as Error, databaseUrl !== undefined)];
  }
  try {
    const reached = right('TEMPORAL_ADDRESS', `${address} answers`);
    return [reached, ...(await checkNamespace(connection, namespace))];
  } finally {
    await connection.close();
  }
}

function answers(connection: Connection) {
  return connection.withDeadline(Date.now() + ANSWER_MS, () => connection.workflowService.getSystemInfo({}));
}

function unavailable(address: string, error: Error, isNeeded: boolean): CheckResult {
  const what = 'TEMPORAL_ADDRESS';
  const isSilent = isTemporalUnavailable(error);
  const found = isSilent
    ? `${address} does not answer${reasonOf(error)}`
    : `${address} cannot be used: ${error.message}`;
  if (isSilent && isOfThisComputer(address)) {
    return unknown(what, found, '`cornac up` starts it; with `cornac worker` and `serve` start it yourself');
  }
  if (!isNeeded) return unknown(what, found, '`cornac up` starts its own Temporal');
  return wrong(what, found, 'start it, or check TEMPORAL_ADDRESS, TEMPORAL_API_KEY and TEMPORAL_TLS_*');
}

/** The last error of the connection, where gRPC names one. The rest of gRPC's message is for its developers. */
function reasonOf({ message }: Error): string {
  if (/Name resolution failed/.test(message)) return ': its name does not resolve';
  const [, reason] = /Last error: (?:Error: )?(.+?)(?:\. Resolution note:.*)?$/s.exec(message) ?? [];
  return reason && reason !== 'null' ? `: ${reason}` : '';
}

async function checkNamespace(connection: Connection, namespace: string): Promise<CheckResult[]> {
  const what = 'TEMPORAL_NAMESPACE';
  const ask = <T>(call: () => Promise<T>) => connection.withDeadline(Date.now() + ANSWER_MS, call);
  try {
    await ask(() => connection.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    const { code, message } = error as { code?: number; message: string };
    if (code === NOT_FOUND) {
      const next = `temporal operator namespace create --retention 72h ${namespace}`;
      return [wrong(what, `namespace ${namespace} does not exist`, next)];
    }
    if (code !== undefined && REFUSED.includes(code)) {
      return [
        wrong(what, `${namespace}: Temporal denies access`, 'check TEMPORAL_API_KEY and TEMPORAL_TLS_*'),
      ];
    }
    return [unknown(what, `${namespace}: ${message}`)];
  }
  const attributes = searchAttributes.map((name) => checkSearchAttribute(connection, namespace, name));
  return [right(what, namespace), ...(await Promise.all(attributes))];
}

async function checkSearchAttribute(
  connection: Connection,
  namespace: string,
  name: string,
): Promise<CheckResult> {
  const next = `a worker adds it if permitted; otherwise run: temporal operator search-attribute create --namespace ${namespace} --name ${name} --type Keyword`;
  try {
    const { customAttributes } = await connection.withDeadline(Date.now() + ANSWER_MS, () =>
      connection.operatorService.listSearchAttributes({ namespace }),
    );
    if (customAttributes && name in customAttributes) return right('search attribute', `${name} is known`);
    return unknown('search attribute', `${namespace} does not know ${name} yet`, next);
  } catch (error) {
    return unknown(
      'search attribute',
      `whether ${namespace} knows ${name}: ${(error as Error).message}`,
      next,
    );
  }
}
