# A PostgreSQL of our own, on a free port, in a temporary folder that goes with it.

services_folder=""

# Databases refuse to run as root.
as_service_user() {
  if [ "$(id -u)" = 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi
}

postgres_command() {
  command -v "$1" || ls /usr/lib/postgresql/*/bin/"$1" | tail -1
}

start_services() {
  services_folder=$(mktemp -d /tmp/sambung-services.XXXXXX)
  if [ "$(id -u)" = 0 ]; then chown nobody "$services_folder"; fi
  trap stop_services EXIT

  local postgres_port
  postgres_port=$(free_port)
  (
    cd "$services_folder"
    as_service_user "$(postgres_command initdb)" -D data -U sambung -A trust --no-sync -E UTF8 --locale C.UTF-8
    as_service_user "$(postgres_command pg_ctl)" -D data -w -l postgres.log -o \
      "-p $postgres_port -k $services_folder -c listen_addresses=127.0.0.1 -c fsync=off" start
  ) >build/logs/start-services.log 2>&1 || { cat build/logs/start-services.log >&2; fail "PostgreSQL did not start"; }

  # The roles of postgres.hpp; tests make PostgreSQL schemas of their own in one database.
  export SAMBUNG_TEST_POSTGRES_ADMIN_URL="postgresql://sambung@127.0.0.1:$postgres_port/chat"
  export SAMBUNG_TEST_POSTGRES_MIGRATOR_URL="postgresql://sambung_owner@127.0.0.1:$postgres_port/chat"
  export SAMBUNG_TEST_POSTGRES_URL="postgresql://sambung_app@127.0.0.1:$postgres_port/chat"
  psql -qX "postgresql://sambung@127.0.0.1:$postgres_port/postgres" >>build/logs/start-services.log 2>&1 <<'SQL' ||
CREATE ROLE sambung_owner LOGIN;
CREATE ROLE sambung_app LOGIN;
CREATE DATABASE chat OWNER sambung_owner;
SQL
    fail "PostgreSQL does not take commands"
  psql "$SAMBUNG_TEST_POSTGRES_URL" -qXAtc 'select 1' >>build/logs/start-services.log 2>&1 || fail "sambung_app cannot connect to PostgreSQL"
}

stop_services() {
  [ -n "$services_folder" ] || return 0
  (
    cd "$services_folder"
    as_service_user "$(postgres_command pg_ctl)" -D data -m immediate stop
  ) >/dev/null 2>&1 || true
  rm -rf "$services_folder"
  services_folder=""
}
