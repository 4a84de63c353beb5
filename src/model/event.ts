/** The messages of the RDS events that Cornac records, by id: UG USER_Events.Messages. */
const catalogue = {
  'RDS-EVENT-0001': { category: 'backup', message: 'Backing up DB instance' },
  'RDS-EVENT-0002': { category: 'backup', message: 'Finished DB instance backup' },
  'RDS-EVENT-0003': { category: 'deletion', message: 'DB instance deleted' },
  'RDS-EVENT-0005': { category: 'creation', message: 'DB instance created' },
  'RDS-EVENT-0006': { category: 'availability', message: 'DB instance restarted' },
  'RDS-EVENT-0007': {
    category: 'low storage',
    message: 'Allocated storage has been exhausted. Allocate additional storage to resolve.',
  },
  'RDS-EVENT-0012': {
    category: 'configuration change',
    message: 'Applying modification to database instance class',
  },
  'RDS-EVENT-0014': {
    category: 'configuration change',
    message: 'Finished applying modification to DB instance class',
  },
  'RDS-EVENT-0016': { category: 'configuration change', message: 'Reset master credentials' },
  'RDS-EVENT-0017': {
    category: 'configuration change',
    message: 'Finished applying modification to allocated storage',
  },
  'RDS-EVENT-0018': {
    category: 'configuration change',
    message: 'Applying modification to allocated storage',
  },
  'RDS-EVENT-0019': { category: 'restoration', message: 'Restored from DB instance' },
  'RDS-EVENT-0020': {
    category: 'recovery',
    message:
      'Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.',
  },
  'RDS-EVENT-0021': { category: 'recovery', message: 'Recovery of the DB instance is complete' },
  'RDS-EVENT-0028': {
    category: 'configuration change',
    message: 'Automatic backups for this DB instance have been disabled',
  },
  'RDS-EVENT-0032': {
    category: 'configuration change',
    message: 'Automatic backups for this DB instance have been enabled',
  },
  'RDS-EVENT-0031': { category: 'failure', message: 'DB instance put into failed state' },
  'RDS-EVENT-0040': { category: 'creation', message: 'Creating manual snapshot' },
  'RDS-EVENT-0041': { category: 'deletion', message: 'User snapshot deleted' },
  'RDS-EVENT-0042': { category: 'creation', message: 'Manual snapshot created' },
  'RDS-EVENT-0043': { category: 'restoration', message: 'Restored from snapshot' },
  'RDS-EVENT-0035': { category: 'failure', message: 'Database instance put into incompatible-parameters' },
  /** The parameter stands in the middle of this message: `parameterChanged`. */
  'RDS-EVENT-0037': { category: 'configuration change', message: 'Updated parameter' },
  'RDS-EVENT-0045': { category: 'read replica', message: 'Replication has stopped' },
  'RDS-EVENT-0046': { category: 'read replica', message: 'Replication for the Read Replica resumed' },
  'RDS-EVENT-0057': { category: 'read replica', message: 'Replication streaming has been terminated' },
  'RDS-EVENT-0087': { category: 'notification', message: 'DB instance stopped' },
  'RDS-EVENT-0088': { category: 'notification', message: 'DB instance started' },
  /** The details stand in the middle of this message: `lowStorage` of room.ts. */
  'RDS-EVENT-0089': {
    category: 'low storage',
    message: 'The free storage capacity for DB instance',
  },
  'RDS-EVENT-0090': { category: 'creation', message: 'Creating automated snapshot' },
  'RDS-EVENT-0091': { category: 'creation', message: 'Automated snapshot created' },
  'RDS-EVENT-0092': { category: 'configuration change', message: 'Finished updating DB parameter group' },
  /** RDS has no event for a certificate that was renewed, or signed by another authority. */
  'CORNAC-EVENT-CERTIFICATE': {
    category: 'configuration change',
    message: 'Finished applying modification to the server certificate',
  },
  /**
   * So many machines are missing at once that the likely cause is a setting or the network, not the machines.
   */
  'CORNAC-EVENT-HELD-BACK': { category: 'failure', message: 'Recovery of DB instances is held back' },
  'CORNAC-EVENT-GOES-ON': { category: 'recovery', message: 'Recovery of DB instances continues' },
  /** RDS has no events of a repository that does not take the log: its own cannot be away. */
  'CORNAC-EVENT-ARCHIVE-FAILS': { category: 'backup', message: 'The write-ahead log is not archived' },
  'CORNAC-EVENT-ARCHIVE-WORKS': { category: 'backup', message: 'The write-ahead log is archived again' },
  /** RDS has no event of a promotion itself. */
  'CORNAC-EVENT-PROMOTED': { category: 'read replica', message: 'The read replica was promoted' },
  /** Something that the user should know and for which RDS has no event. */
  'CORNAC-EVENT-NOTE': { category: 'notification', message: 'Note' },
} as const satisfies Record<string, { category: string; message: string }>;

export type EventId = keyof typeof catalogue;

export const eventIds = Object.keys(catalogue) as readonly EventId[];

export interface EventText {
  readonly eventId: EventId;
  readonly categories: string[];
  readonly message: string;
}

/** The event with this id. `detail` follows RDS's own words. */
export function event(eventId: EventId, detail?: string): EventText {
  const { category, message } = catalogue[eventId];
  return { eventId, categories: [category], message: detail ? `${message}: ${detail}` : message };
}
