#!/usr/bin/env bash
# The simulation, beside what the tests run of it:
#   bash tests/simulate.sh [N] [FROM]   runs N seeds (default: a million), from FROM on (default 1)
#   bash tests/simulate.sh --seed S     shows one run, line by line
#   bash tests/simulate.sh --faults     puts faults into a copy of the code, one after the other, and tells which seed finds each
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
suite=SloRollback.Simulation.Tests
run="artifacts/bin/$suite/release/$suite"
build() { dotnet build -c Release "$1/tests/$suite" -v q -nologo >/dev/null; }

build .
case "${1:-}" in
  --seed) exec "$run" --seed "${2:?which seed?}" ;;
  --faults)
    copy=$(mktemp -d)
    trap 'rm -rf "$copy"' EXIT
    echo "| fault | found by seed | invariant |"
    echo "|---|---|---|"
    missed=0
    while IFS=$'\t' read -r index name file; do
      rm -rf "$copy/one" && mkdir -p "$copy/one" && git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy/one"
      "$run" --put "$index" --into "$copy/one"
      build "$copy/one" || { echo "| $name | does not compile ($file) | |"; missed=1; continue; }
      if found=$("$copy/one/$run" --until-broken 20000); then
        IFS=$'\t' read -r seed invariant message <<<"$found"
        echo "| $name | $seed | $invariant: ${message#invariant *: } |"
      else
        echo "| $name | **not found in 20,000** | |"; missed=1
      fi
    done < <("$run" --faults)
    exit "$missed" ;;
  *) exec "$run" --runs "${1:-1000000}" --from "${2:-1}" ;;
esac
