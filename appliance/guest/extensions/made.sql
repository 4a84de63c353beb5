-- Runs as rdsadmin after CREATE EXTENSION, for the classes clean and own. Older versions are refused, because only
-- the present version was looked at, and an older one could be made only to run the scripts of its updates. A
-- function that came with the extension runs with its caller's rights; pgaudit's functions only write to the log.
SET LOCAL search_path = pg_catalog, pg_temp;
DO $made$
DECLARE
  statement text;
  old text := (
    SELECT min(extname) FROM pg_extension AS e JOIN pg_available_extensions() AS a ON a.name = extname
    WHERE extversion <> a.default_version
      AND e.oid::text <> ALL (string_to_array(current_setting('cornac.extensions'), ' '))
  );
BEGIN
  IF old IS NOT NULL THEN
    RAISE 'the extension % is made in its default version only', quote_ident(old)
      USING ERRCODE = 'feature_not_supported';
  END IF;
  FOR statement IN
    SELECT format('ALTER ROUTINE %s SECURITY INVOKER', p.oid::regprocedure)
    FROM pg_proc AS p JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e'
      AND refclassid = 'pg_extension'::regclass
    JOIN pg_extension AS e ON e.oid = refobjid
    WHERE prosecdef AND proowner = 10 AND extname <> 'pgaudit'
  LOOP
    EXECUTE statement;
  END LOOP;
END
$made$;
