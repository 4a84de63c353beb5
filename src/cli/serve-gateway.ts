import type { Address } from '../config/config.ts';
import { requireDatabaseUrl } from '../config/require.ts';
import { formatAddress } from '../config/to-settings.ts';
import { announceReady, stopSignal } from '../supervisor/stop-signal.ts';
import type { Cli } from './cli.ts';
import { openLog } from './log.ts';

/** Runs the gateway until a stop signal. `listen` overrides the settings. */
export async function serveGateway(cli: Cli, listen?: Partial<Address>): Promise<void> {
  const settings = cli.config();
  const config = listen ? cli.config({ LISTEN: { ...settings.listen, ...listen } }) : settings;
  requireDatabaseUrl(config);
  const signal = stopSignal();
  const { runGateway } = await import('../processes/gateway.ts');
  const log = openLog(config, 'gateway');
  await runGateway(config, {
    log: log.log,
    lostLines: () => log.lost,
    signal,
    onReady: (endpoint, ops) => {
      cli.terminal.info(
        `Serving http://${formatAddress(endpoint)}/rds, metrics on http://${formatAddress(ops)}/metrics`,
      );
      announceReady();
    },
  });
}
