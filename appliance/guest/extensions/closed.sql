DO $closed$
BEGIN
  RAISE 'permission denied to create this extension' USING ERRCODE = 'insufficient_privilege',
    HINT = 'The parameter rds.allowed_extensions does not name it.';
END
$closed$;
