/**
 * Whether no other property of a machine in this `VirtualMachineConnectionState` counts: its configuration is
 * missing or outdated, and it appears off although it may run. For a merely disconnected host vCenter keeps
 * all properties.
 */
export function isUnreachableIn(connection: string): boolean {
  return ['inaccessible', 'invalid', 'orphaned'].includes(connection);
}

// Not vCenter's words: a machine that the account may not see, and a machine that may be a running clone.
export const HIDDEN = 'hidden';
export const CLONING = 'being cloned';

/** The problem in words. @param host the host's name, where it is known */
export function explainConnection(connection: string, host?: string): string {
  const on = host ? `its host ${host}` : 'its host';
  switch (connection) {
    case 'connected':
      return 'vCenter has no configuration of it, although it is not being cloned';
    case HIDDEN:
      return 'the account may not see it: give the account its role there again';
    case CLONING:
      return 'vCenter has no configuration of it yet, and a clone of the origin is in progress';
    case 'disconnected':
      return `vCenter has no connection to ${on}, which does not respond`;
    case 'inaccessible':
      return `${on} cannot read its files: check the datastore`;
    case 'invalid':
      return `${on} cannot parse its configuration file: check the file on the datastore`;
    case 'orphaned':
      return `${on} no longer knows it: register it there again, or remove it from vCenter if it is lost`;
    default:
      return `vCenter reports it as ${connection}, on ${host ?? 'an unknown host'}`;
  }
}
