# Keeps one PostgreSQL server: obeys one word a line on stdin and answers each with "ok" or "failed" on stdout.
# When stdin ends, however the JVM at the other end died, the server is killed and its directory removed.
# Arguments: directory of the binaries, directory of this server (its data lies in data/), port.
# shellcheck shell=sh
bin=$1 home=$2 port=$3
trap : INT HUP TERM

answer() {
  if "$@" >>"$home/control.log" 2>&1; then echo ok; else echo failed; fi
}

while read -r word; do
  case $word in
    start) answer "$bin/pg_ctl" -s -w -t 60 -D "$home/data" -l "$home/server.log" -o "-p $port" start ;;
    *) answer "$bin/pg_ctl" -s -w -t 60 -D "$home/data" -m "$word" stop ;;
  esac
done

pid=$(head -n 1 "$home/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
fi
rm -rf "$home"
