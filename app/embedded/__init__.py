"""PostgreSQL and Valkey for a first run: real servers, nothing to install, nothing to set up.

Decision: embedded servers speak over sockets in a short private directory and never over TCP; a
keeper process holds the database up for as long as anybody uses it (see `keeper`), so that a
command works beside `deploy run`, without it, and beside other commands. Only `deploy run` starts
Valkey: a command has nobody to ring, its work waits in the database.

For a door: `start.ready(environ)`, which gives `Settings`. For tests: `server.database(folder)`.
"""
