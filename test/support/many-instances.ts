import pg from 'pg';

export interface ManyOptions {
  /** How many. */
  readonly count: number;
  readonly status: 'available' | 'stopped' | 'failed';
  /** Identifiers are `<prefix><number>`, machines `cornac-<identifier>`. */
  readonly prefix: string;
  readonly address?: string;
  readonly port?: number;
}

/** Writes rows of instances that were created long ago straight into an inventory. */
export async function insertInstances(
  databaseUrl: string,
  { count, status, prefix, address = '127.255.255.1', port = 5432 }: ManyOptions,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO instance (dbi_resource_id, identifier, status, db_instance_class, engine_version,
         allocated_storage, master_username, db_name, port, machine, address, deletion_protection, settings, pending,
         tags, created_at, available_at)
       SELECT 'db-' || upper($2) || n, $2 || n, $3, 'db.t2.micro', '15.1', 5, 'postgres', 'postgres', $5,
              'cornac-' || $2 || n, $4, false, '{}', '{}', '[]', now() - interval '1 day', now() - interval '1 day'
         FROM generate_series(1, $1::int) AS n`,
      [count, prefix, status, address, port],
    );
  } finally {
    await client.end();
  }
}

/** Rows of a query. */
export async function select<Row extends pg.QueryResultRow>(
  databaseUrl: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}
