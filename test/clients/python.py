"""Connects with a driver and prints whether the session has TLS: python.py asyncpg|psycopg, then a JSON object on stdin
with host, user, password, database, and ssl: disable, require, verify-ca or verify-full, with the file of authorities."""

import asyncio
import json
import sys

QUERY = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


async def by_asyncpg(mode, authorities, **to):
    import asyncpg

    # The form of a URL, as frameworks pass it on: asyncpg reads sslmode and sslrootcert as libpq does.
    user, password, host, database = (to[part] for part in ("user", "password", "host", "database"))
    url = f"postgresql://{user}:{password}@{host}:5432/{database}?sslmode={mode}"
    if mode.startswith("verify"):
        url += f"&sslrootcert={authorities}"
    connection = await asyncpg.connect(url, timeout=20)
    try:
        return await connection.fetchval(QUERY)
    finally:
        await connection.close()


def by_psycopg(mode, authorities, database, **to):
    import psycopg

    trusted = {"sslrootcert": authorities} if mode.startswith("verify") else {}
    with psycopg.connect(dbname=database, sslmode=mode, connect_timeout=20, **trusted, **to) as connection:
        return connection.execute(QUERY).fetchone()[0]


def main():
    parameters = json.load(sys.stdin)
    try:
        if sys.argv[1] == "asyncpg":
            result = asyncio.run(by_asyncpg(**parameters))
        else:
            result = by_psycopg(**parameters)
        print(json.dumps({"ssl": result}))
    except Exception as error:  # The test compares what a user would read.
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))


main()
