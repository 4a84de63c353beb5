-- All locks at once, and first, so that no other session gets one of them in between.
LOCK TABLE pg_authid, pg_auth_members, pg_db_role_setting IN SHARE ROW EXCLUSIVE MODE;
