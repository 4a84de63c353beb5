-- A database as an application has it: extensions, types, generated columns, partitions, views, functions, triggers,
-- a large object, comments and grants.
CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION pgcrypto;
CREATE EXTENSION btree_gist;
COMMENT ON EXTENSION citext IS 'for names';
CREATE SCHEMA sales;
CREATE TYPE sales.state AS ENUM ('open', 'paid');
CREATE DOMAIN sales.amount AS numeric(10, 2) CHECK (VALUE >= 0);
CREATE TABLE sales.customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name citext NOT NULL UNIQUE,
  token uuid NOT NULL DEFAULT gen_random_uuid(),
  extra hstore NOT NULL DEFAULT ''
);
CREATE INDEX ON sales.customers USING gin ((name::text) gin_trgm_ops);
CREATE TABLE sales.orders (
  customer_id bigint NOT NULL REFERENCES sales.customers,
  number serial,
  day date NOT NULL,
  net sales.amount NOT NULL,
  gross sales.amount GENERATED ALWAYS AS (net * 1.2) STORED,
  state sales.state NOT NULL DEFAULT 'open',
  PRIMARY KEY (number, day)
) PARTITION BY RANGE (day);
CREATE TABLE sales.orders_2025 PARTITION OF sales.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE sales.orders_2026 PARTITION OF sales.orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE sales.bookings (
  room integer,
  during tstzrange,
  EXCLUDE USING gist (room WITH =, during WITH &&)
);
CREATE VIEW sales.open_orders AS SELECT * FROM sales.orders WHERE state = 'open';
CREATE MATERIALIZED VIEW sales.totals AS SELECT customer_id, sum(net) AS net FROM sales.orders GROUP BY 1;
CREATE FUNCTION sales.count_up() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN NEW.extra := NEW.extra || hstore('changes', (coalesce(OLD.extra -> 'changes', '0')::int + 1)::text); RETURN NEW; END $$;
CREATE TRIGGER count_up BEFORE UPDATE ON sales.customers FOR EACH ROW EXECUTE FUNCTION sales.count_up();
CREATE ROLE dump_reader NOLOGIN;
GRANT USAGE ON SCHEMA sales TO dump_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA sales TO dump_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO dump_reader;
INSERT INTO sales.customers (name, extra) SELECT 'Customer ' || n, hstore('n', n::text) FROM generate_series(1, 500) n;
INSERT INTO sales.orders (customer_id, day, net)
  SELECT 1 + n % 500, date '2025-06-01' + n % 400, n FROM generate_series(1, 5000) n;
UPDATE sales.customers SET name = 'Ünïted' WHERE id = 7;
INSERT INTO sales.bookings VALUES (1, '[2026-01-01, 2026-01-02)');
REFRESH MATERIALIZED VIEW sales.totals;
SELECT lo_from_bytea(0, decode('00ff', 'hex'));
