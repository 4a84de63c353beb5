-- Unlogged, because a request lives for seconds, and what a log says shall not go into the write-ahead log.
CREATE UNLOGGED TABLE log_request (
  id uuid PRIMARY KEY,
  dbi_resource_id text NOT NULL,
  question jsonb NOT NULL,
  answer jsonb,
  created_at timestamptz(3) NOT NULL,
  claimed_at timestamptz(3)
);
CREATE INDEX log_request_created_at_idx ON log_request (created_at);
