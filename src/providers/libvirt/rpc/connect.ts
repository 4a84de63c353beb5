import type { LibvirtUri } from '../uri.ts';
import { type Connection, createConnection } from './connection.ts';
import { ConnectionError } from './errors.ts';
import * as procedures from './procedures.ts';
import { openTransport } from './transport.ts';

const AUTH_POLKIT = 2;
const AUTH_NONE = 0;
/** `VIR_DRV_FEATURE_PROGRAM_KEEPALIVE`: with this query the client announces that it supports keepalive. */
const FEATURE_KEEPALIVE = 10;

/** Connects, authenticates, opens the hypervisor, and registers for the events of `Host.nextEvent`. */
export async function connectLibvirt(uri: LibvirtUri): Promise<Connection> {
  const connection = createConnection(await openTransport(uri));
  try {
    await authenticate(connection);
    await connection.call(procedures.connectSupportsFeature, { feature: FEATURE_KEEPALIVE });
    await connection.call(procedures.connectOpen, { name: uri.open, flags: 0 });
    for (const { id } of [procedures.lifecycleEvent, procedures.deviceRemovedEvent]) {
      await connection.call(procedures.connectDomainEventRegister, { eventId: id, dom: undefined });
    }
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function authenticate(connection: Connection): Promise<void> {
  const { types } = await connection.call(procedures.authList, undefined);
  if (types.includes(AUTH_NONE) || types.length === 0) return;
  if (!types.includes(AUTH_POLKIT)) {
    throw new ConnectionError('libvirt requires SASL authentication: use the unix socket or ssh');
  }
  await connection.call(procedures.authPolkit, undefined);
}
