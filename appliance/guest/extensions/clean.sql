-- What the script of the extension calls by a bare name must not be a user's function: the schema of the extension
-- is in its search_path, and those of extensions that it requires. The locks keep that so until the transaction
-- ends.
LOCK TABLE pg_proc, pg_operator, pg_namespace IN SHARE ROW EXCLUSIVE MODE;
DO $clean$
DECLARE
  found text := (
    SELECT min(nspname) FROM pg_namespace AS n
    WHERE (
      nspname = (parse_ident(current_setting('cornac.schema')))[1]
      OR oid IN (SELECT extnamespace FROM pg_extension WHERE extname IN ('cube', 'fuzzystrmatch', 'hstore', 'plperl', 'postgis'))
    ) AND (
      EXISTS (SELECT FROM pg_proc WHERE pronamespace = n.oid AND proowner <> 10)
      OR EXISTS (SELECT FROM pg_operator WHERE oprnamespace = n.oid AND oprowner <> 10)
    )
  );
BEGIN
  IF found IS NOT NULL THEN
    RAISE 'the schema % has functions or operators of users', quote_ident(found)
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'Make the extension in a schema without them: CREATE SCHEMA s; CREATE EXTENSION ... SCHEMA s.';
  END IF;
  PERFORM set_config('cornac.extensions', (SELECT string_agg(oid::text, ' ') FROM pg_extension), true);
END
$clean$;
