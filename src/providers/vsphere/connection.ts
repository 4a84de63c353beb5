/**
 * Whether a machine in this `VirtualMachineConnectionState` is one of which nothing else counts: its configuration is
 * missing or old, and it shows as off although it may run. Of a host that is merely disconnected vCenter keeps all.
 */
export function isAwayIn(connection: string): boolean {
  return ['inaccessible', 'invalid', 'orphaned'].includes(connection);
}

/** Not vCenter's own words: what the account may not see, and what may be a clone that has not ended. */
export const HIDDEN = 'hidden';
export const UNBORN = 'being cloned';

/** What is wrong, for people. @param host its name, where that is known */
export function explainConnection(connection: string, host?: string): string {
  const on = host ? `its host ${host}` : 'its host';
  switch (connection) {
    case 'connected':
      return 'it has no configuration of it, although it is not being cloned';
    case HIDDEN:
      return 'the account may not see it: give it its role there again';
    case UNBORN:
      return 'it has no configuration yet, and a clone of the origin is under way';
    case 'disconnected':
      return `vCenter has no connection to ${on}, which does not respond`;
    case 'inaccessible':
      return `${on} cannot read its files: look at the datastore`;
    case 'invalid':
      return `${on} cannot make sense of its configuration file: look at it on the datastore`;
    case 'orphaned':
      return `${on} does not know it any more: register it there again, or remove it from vCenter where it is lost`;
    default:
      return `vCenter says that it is ${connection}, on ${host ?? 'a host unknown'}`;
  }
}
