#!/usr/bin/env bash
# The one test command: installs what the suites need where it can, runs them, and ends with "N passed, N failed, N skipped".
# Options: --no-build uses what was built before. CI=true makes a skipped test a failure.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Fewer tests than this means that some were not discovered, which would otherwise pass in silence.
MINIMUM=2850

build=()
for argument in "$@"; do
  case "$argument" in
    --no-build) build=(--no-build) ;;
    *) echo "tests/run.sh: unknown option $argument (known: --no-build)" >&2; exit 2 ;;
  esac
done

missing=()
if [[ -z "${SLOROLLBACK_PROMETHEUS:-}" ]]; then
  if ! command -v prometheus >/dev/null && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "Installing prometheus ..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus; } >/dev/null 2>&1 \
      || echo "apt-get could not install prometheus."
  fi
  servers=()
  if command -v prometheus >/dev/null; then
    servers+=("$(command -v prometheus)")
  else
    missing+=("the real-Prometheus suites on an installed Prometheus: no 'prometheus' on PATH; install it (Debian: apt-get install prometheus) or name one in SLOROLLBACK_PROMETHEUS")
  fi

  # Newer versions than the distribution's, where somebody has laid them beside the repository.
  archive=../shared/servers/prometheus.tar.xz
  unpacked=artifacts/prometheus
  if [[ -f "$archive" ]]; then
    if [[ ! -f "$unpacked/.complete" ]]; then
      mkdir -p "$unpacked" && tar -xf "$archive" -C "$unpacked" && touch "$unpacked/.complete" \
        || missing+=("the real-Prometheus suites on newer versions: $archive cannot be unpacked")
    fi
    for server in "$unpacked"/prometheus-*; do
      [[ -x "$server" ]] && servers+=("$PWD/$server")
    done
  else
    missing+=("the real-Prometheus suites on 2.53 and 3.5: no $archive (binaries named prometheus-<version>); the installed version is tested")
  fi
  (( ${#servers[@]} > 0 )) && SLOROLLBACK_PROMETHEUS=$(IFS=:; echo "${servers[*]}") && export SLOROLLBACK_PROMETHEUS
fi
command -v promtool >/dev/null \
  || missing+=("the suites on generated blocks: no 'promtool' on PATH; it comes with Debian's package prometheus")

# A real Kubernetes control plane: the directory with its binaries, as is the custom of Kubernetes projects, or a cluster.
if [[ -z "${KUBEBUILDER_ASSETS:-}" && -z "${SLOROLLBACK_TEST_KUBECONFIG:-}" ]]; then
  archive=../shared/kube/kube-assets.tar.xz
  unpacked=artifacts/kube
  if [[ -f "$archive" && ! -f "$unpacked/.complete" ]]; then
    mkdir -p "$unpacked" && tar -xf "$archive" -C "$unpacked" && touch "$unpacked/.complete" \
      || missing+=("the suites on a real Kubernetes control plane: $archive cannot be unpacked")
  fi
  if [[ -f "$unpacked/.complete" ]]; then
    export KUBEBUILDER_ASSETS="$PWD/$unpacked"
  elif [[ ! -f "$archive" ]]; then
    missing+=("the suites on a real Kubernetes control plane: no $archive; name a directory with etcd, kube-apiserver and kube-controller-manager in KUBEBUILDER_ASSETS, or a cluster's kubeconfig in SLOROLLBACK_TEST_KUBECONFIG")
  fi
fi

# PostgreSQL's programs, of which the tests start a cluster of their own, or a server. Debian would start one, too: it is told not to.
if [[ -z "${SLOROLLBACK_TEST_POSTGRES:-}" ]]; then
  has_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
  if ! has_postgresql && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "Installing postgresql ..."
    mkdir -p /etc/postgresql-common/createcluster.d && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/slorollback-tests.conf
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1 \
      || echo "apt-get could not install postgresql."
  fi
  has_postgresql || missing+=("the suites on PostgreSQL: no 'initdb' on PATH or in /usr/lib/postgresql/*/bin; install it (Debian: apt-get install postgresql) or give a connection string in SLOROLLBACK_TEST_POSTGRES")
  if ! command -v pgbouncer >/dev/null && [[ ! -x /usr/sbin/pgbouncer ]]; then
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
      echo "Installing pgbouncer ..."
      { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends pgbouncer; } >/dev/null 2>&1 \
        || echo "apt-get could not install pgbouncer."
    fi
    [[ -x /usr/sbin/pgbouncer ]] || command -v pgbouncer >/dev/null \
      || missing+=("the suite behind a pooler: no 'pgbouncer' on PATH or in /usr/sbin; install it (Debian: apt-get install pgbouncer)")
  fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
options=(--no-ansi --no-progress --max-parallel-test-modules 1 --minimum-expected-tests "$MINIMUM")
[[ "${CI:-}" == true ]] && options+=(--fail-skips on)
DOTNET_CLI_UI_LANGUAGE=en dotnet test --solution SloRollback.sln "${build[@]}" "${options[@]}" 2>&1 | tee "$log"
rc=${PIPESTATUS[0]}

# A crashed test host counts as "error" and as no failure at all.
count() { awk -v key="$1:" '$1 == key { value = $2 } END { print value + 0 }' "$log"; }
failed=$(( $(count failed) + $(count error) ))
(( rc != 0 && failed == 0 )) && failed=1

for suite in "${missing[@]}"; do echo "Not run: $suite"; done
echo "$(count succeeded) passed, $failed failed, $(count skipped) skipped"
exit "$rc"
