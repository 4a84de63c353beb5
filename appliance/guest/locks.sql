-- All at once, and first, so that nobody can get in between.
LOCK TABLE pg_authid, pg_auth_members, pg_db_role_setting IN SHARE ROW EXCLUSIVE MODE;
