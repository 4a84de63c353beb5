DO $schema$
BEGIN
  IF (parse_ident(current_setting('cornac.schema')))[1] ~ '^pg_|^information_schema$' THEN
    RAISE 'permission denied for a schema of the system' USING ERRCODE = 'insufficient_privilege';
  END IF;
END
$schema$;
