#!/bin/bash
# Runs once, when the database's volume is new: the owner, the login that serves, the database.
# Nothing here has a default; docker-compose.yml hands the two passwords over.
set -euo pipefail

psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 \
    --username "$POSTGRES_USER" --dbname postgres \
    --set=owner_password="${PORTAL_OWNER_PASSWORD:?PORTAL_OWNER_PASSWORD is missing}" \
    --set=app_password="${PORTAL_APP_PASSWORD:?PORTAL_APP_PASSWORD is missing}" <<'SQL'
CREATE ROLE portal_owner LOGIN CREATEROLE CREATEDB NOSUPERUSER PASSWORD :'owner_password';
CREATE ROLE portal_app LOGIN NOINHERIT NOCREATEROLE NOCREATEDB NOSUPERUSER PASSWORD :'app_password';
CREATE DATABASE osaka_kusei OWNER portal_owner TEMPLATE template0 ENCODING 'UTF8';
REVOKE ALL ON DATABASE osaka_kusei FROM PUBLIC;
GRANT CONNECT ON DATABASE osaka_kusei TO portal_app;
SQL
