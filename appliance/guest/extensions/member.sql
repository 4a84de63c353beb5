-- Runs as rdsadmin, by pgextwlist, before a statement on an extension. The search_path is the schema that the user has
-- named, until the second statement. A placeholder of pgextwlist is never used, because it puts the name of a
-- schema into the text. docs/decisions/0019-extensions.md
SELECT pg_catalog.set_config('cornac.schema', pg_catalog.current_setting('search_path'), true);
SET LOCAL search_path = pg_catalog, pg_temp;
DO $member$
DECLARE
  taken text := current_setting('role');
BEGIN
  -- A session of rdsadmin never runs this: a function of a user would act with its rights.
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
    OR NOT pg_has_role(session_user, 'rds_superuser', 'MEMBER')
    OR taken <> 'none' AND NOT pg_has_role(taken::name, 'rds_superuser', 'MEMBER') THEN
    RAISE 'permission denied for extensions' USING ERRCODE = 'insufficient_privilege',
      HINT = 'Only members of rds_superuser make, change and drop extensions that PostgreSQL does not trust.';
  END IF;
END
$member$;
