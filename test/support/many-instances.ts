import pg from 'pg';

export interface ManyOptions {
  readonly count: number;
  readonly status: 'available' | 'stopped' | 'failed';
  /** Identifiers are `<prefix><number>`, machines `cornac-<identifier>`. */
  readonly prefix: string;
  readonly address?: string;
  readonly port?: number;
}

/** Writes rows of old instances directly into an inventory. */
export async function insertInstances(
  databaseUrl: string,
  { count, status, prefix, address = '127.255.255.1', port = 5432 }: ManyOptions,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO instance (dbi_resource_id, identifier, status, db_instance_class, engine_version,
         allocated_storage, master_username, db_name, deletion_protection, preferred_maintenance_window, settings,
         pending, tags, created_at, available_at)
       SELECT 'db-' || upper($2) || n, $2 || n, $3, 'db.t2.micro', '15.1', 5, 'postgres', 'postgres', false,
              'mon:01:00-mon:01:30', '{}', '{}', '[]', now() - interval '1 day', now() - interval '1 day'
         FROM generate_series(1, $1::int) AS n`,
      [count, prefix, status],
    );
    await client.query(
      `INSERT INTO server (id, dbi_resource_id, role, machine, address)
       SELECT gen_random_uuid(), dbi_resource_id, 'primary', 'cornac-' || identifier, $1
         FROM instance WHERE primary_server_id IS NULL`,
      [address],
    );
    await client.query(
      `INSERT INTO endpoint (identifier, dbi_resource_id, address, port)
       SELECT identifier, dbi_resource_id, $1, $2 FROM instance WHERE primary_server_id IS NULL`,
      [address, port],
    );
    await client.query(
      `UPDATE instance AS i SET primary_server_id = s.id
         FROM server AS s WHERE s.dbi_resource_id = i.dbi_resource_id AND i.primary_server_id IS NULL`,
    );
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

/** The rows of a query. */
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
