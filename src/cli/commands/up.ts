import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { formatAddress } from '../../config/to-settings.ts';
import { announceReady, stopSignal } from '../../supervisor/stop-signal.ts';
import { planUp } from '../../up/up-plan.ts';
import type { CliOf } from '../cli.ts';
import { portNumber, wholeNumber } from '../number-option.ts';
import { createStepsView } from '../steps-view.ts';

interface Options {
  readonly state?: string;
  readonly port?: number;
  readonly opsPort?: number;
  readonly temporalPort?: number;
  readonly uiPort?: number;
  readonly processes: number;
  readonly readyFile?: string;
}

export function upCommand(cliOf: CliOf): Command {
  return new Command('up')
    .description(
      'Run everything on this machine: Temporal, inventory, workers, gateway. Ctrl-C stops all of it.',
    )
    .option('--state <DIR>', 'state directory (default: STATE_DIR)')
    .option('--port <PORT>', 'port of the RDS endpoint (default: 5000)', portNumber)
    .option('--ops-port <PORT>', 'port of health and metrics (default: 5001)', portNumber)
    .option('--temporal-port <PORT>', 'port of Temporal (default: 7233)', portNumber)
    .option('--ui-port <PORT>', "port of Temporal's Web UI (default: 8233)", portNumber)
    .option('--processes <N>', 'worker processes', wholeNumber(1, 256), 1)
    .option(
      '--ready-file <FILE>',
      'write endpoint and access key to this file, as JSON, while everything is ready',
    )
    .addHelpText(
      'after',
      '\n  $ cornac up\n  $ cornac up --state /srv/cornac --port 0 --ready-file /run/cornac.json',
    )
    .action(async (options: Options, command: Command) => {
      const { terminal, config: load, env, cwd } = cliOf(command);
      const signal = stopSignal();
      const state = options.state ? { STATE_DIR: resolve(cwd, options.state) } : {};
      const plan = await planUp(
        (overrides) => load({ ...state, ...overrides }),
        {
          ...options,
          ...(options.readyFile && { readyFile: resolve(cwd, options.readyFile) }),
        },
        env,
      );
      const { requireMachineKeys } = await import('../../machines/machine-keys.ts');
      await requireMachineKeys(plan.config);
      const { up } = await import('../../up/up.ts');
      const { createHost, ownsMachines } = await import('../../up/own-machines.ts');
      const view = createStepsView(terminal);
      const { listen, temporal, stateDir, file } = plan.config;
      terminal.info(`State in ${stateDir}, logs in ${stateDir}/log.`);
      const usual = join(stateDir, 'cornac.toml');
      if (file !== usual && existsSync(usual)) {
        terminal.info(`Settings in ${file}. Keys and settings in ${usual} are ignored.`);
      }
      await up(plan, {
        signal,
        report: terminal.info,
        ...createHost(plan.config, { signal, report: terminal.info, onSteps: view.update }),
        onReady: async () => {
          terminal.info(`RDS endpoint   http://${formatAddress(listen)}/rds`);
          terminal.info(`Web UI         ${temporal.ui}`);
          terminal.info(
            ownsMachines(plan.config)
              ? 'Ctrl-C stops everything.'
              : 'Ctrl-C stops Cornac; machines keep running.',
          );
          announceReady();
        },
      });
      terminal.info('Stopped.');
    });
}
