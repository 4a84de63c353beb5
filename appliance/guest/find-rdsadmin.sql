SELECT format('ALTER DATABASE %I RENAME TO rdsadmin', min(datname)) FROM pg_database
WHERE datdba = 10 AND datname NOT IN ('postgres', 'template0', 'template1') HAVING count(*) = 1 AND min(datname) <> 'rdsadmin' \gexec
