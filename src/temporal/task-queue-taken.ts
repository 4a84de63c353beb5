import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { sh } from '../ssh/command.ts';

/**
 * Options for the `temporal` command to reach the Temporal of the settings. Of the API key only a variable
 * appears.
 */
function accessArguments({ address, namespace, tls, apiKey }: Config['temporal']): string {
  const files = typeof tls === 'boolean' ? {} : tls;
  const options: readonly (readonly [string, string | undefined])[] = [
    ['--address', address],
    ['--namespace', namespace],
    ['--tls-ca-path', files.ca],
    ['--tls-cert-path', files.cert],
    ['--tls-key-path', files.key],
    ['--tls-server-name', files.serverName],
  ];
  const words = options.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  return [
    sh`${words}`.text,
    ...(tls === false ? [] : ['--tls']),
    ...(apiKey === undefined ? [] : ['--api-key "$TEMPORAL_API_KEY"']),
  ].join(' ');
}

/** The task queue of the settings belongs to another inventory. Each would take, and lose, the other's operations. */
export class TaskQueueTaken extends ConfigError {
  constructor(settings: Config['temporal'], scheduleId: string) {
    const { namespace, taskQueue } = settings;
    const command = `${sh`temporal schedule delete --schedule-id ${scheduleId}`.text} ${accessArguments(settings)}`;
    super([
      `TEMPORAL_TASK_QUEUE: in the namespace ${namespace}, ${taskQueue} is the task queue of another Cornac, with another inventory; expected one task queue for each Cornac`,
      `Set another TEMPORAL_TASK_QUEUE for this Cornac. If the other inventory no longer exists, delete its Schedule: ${command}`,
    ]);
  }
}
