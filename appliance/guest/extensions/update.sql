-- Such a script runs SQL that it takes from the extension's tables, which users may fill.
DO $update$
BEGIN
  RAISE 'this extension is not updated in place' USING ERRCODE = 'feature_not_supported',
    HINT = 'Make it anew in another database, and move the data by pg_dump.';
END
$update$;
