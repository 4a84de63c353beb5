import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../src/config/config.ts';
import { type Provision, provision } from '../../src/machines/open.ts';
import { noProgress } from '../../src/providers/provider.ts';

const MACHINE = 'cornac-cornac';

/** Puts the inventory's running server into the state that a Cornac without an authority has made. */
export async function forgetCertificateOf({ provider, guest }: Pick<Provision, 'provider' | 'guest'>) {
  const machine = await provider.startMachine(MACHINE, noProgress());
  const data = join(machine.guestRoot, 'data');
  for (const file of ['server.pem', 'pgdata/conf.d/cornac-tls.conf']) await rm(join(data, file));
  await guest.psql(machine, 'SELECT pg_reload_conf();');
  // Every session keeps the settings that the server had when the session began.
  while ((await guest.psql(machine, 'SHOW ssl;')).trim() !== 'off');
}

/** Does the same for the inventory of these settings. */
export async function forgetCertificate(config: Config): Promise<void> {
  const place = await provision(config);
  await forgetCertificateOf(place).finally(place.close);
}
