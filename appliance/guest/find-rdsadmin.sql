SELECT format('ALTER DATABASE %I RENAME TO rdsadmin', min(datname)) FROM pg_database
WHERE datdba = 10 AND NOT datistemplate AND datname <> 'postgres' HAVING count(*) = 1 AND min(datname) <> 'rdsadmin' \gexec
