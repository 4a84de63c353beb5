/** What stands in the way of migrating. Nothing of the migration that it concerns is changed. */
export class MigrationError extends Error {
  override readonly name: string = 'MigrationError';
}
