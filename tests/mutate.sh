#!/usr/bin/env bash
# Mutation testing: breaks the core in every way that Stryker knows, one at a time, and counts how many of these mutants its tests notice.
# Arguments: folders or files of src/SloRollback (bash tests/mutate.sh Budgets HumanFormat.cs); none: all of it, folder by folder.
# Prints each part's score, the mutants that nobody noticed, and the score over all; the reports lie in artifacts/mutation/<part>.
# Not mutated (stryker-config.json): what is passed to the constructor of an exception. All other texts are: people act on them.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

CORE=src/SloRollback
BAR=90
BINARIES=artifacts/bin/SloRollback.Tests/mutation

parts=("$@")
if (( $# == 0 )); then
  # "." are the files beside the folders.
  parts=(.)
  for folder in "$CORE"/*/; do parts+=("$(basename "$folder")"); done
fi
for part in "${parts[@]}"; do
  [[ -e "$CORE/$part" ]] || { echo "tests/mutate.sh: no $part in $CORE" >&2; exit 2; }
done

# The build has a configuration of its own, since Stryker leaves mutants in the binaries when it is interrupted. The analyzers have
# said elsewhere what they think.
export Optimize=true RunAnalyzers=false
dotnet tool restore >/dev/null || exit 1

# "noticed unnoticed uncompiled" of a report. A mutant that hangs the tests is noticed, one that no test reaches is not.
count() {
  grep -o '"status":"[A-Za-z]*"' "$1" | sort | uniq -c | awk '
    /Killed|Timeout/ { k += $1 } /Survived|NoCoverage/ { s += $1 } /CompileError/ { c += $1 } END { print k + 0, s + 0, c + 0 }'
}

score() { awk -v k="$1" -v s="$2" 'BEGIN { if (k + s > 0) printf "%.1f %%", 100 * k / (k + s); else printf "none" }'; }

# The mutants of a report that nobody noticed, as "file:line kind: replacement". "(static)" ran once, before any mutant could be active.
unnoticed() {
  sed 's/"[^"]*\/'"${CORE//\//\\/}"'\/\([^"]*\)":{"language"/\n\1\n/g; s/{"id":"/\n&/g' "$1" | awk '
    /^[A-Za-z0-9.\/]+\.cs$/ { file = $0 }
    /"status":"(Survived|NoCoverage)"/ {
      match($0, /"mutatorName":"[^"]*"/); kind = substr($0, RSTART + 15, RLENGTH - 16)
      match($0, /"start":{"line":[0-9]+/); line = substr($0, RSTART + 16, RLENGTH - 16)
      match($0, /"replacement":"([^"\\]|\\.)*"/); replacement = substr($0, RSTART + 15, RLENGTH - 16)
      gsub(/(\\r)?\\n */, " ", replacement); gsub(/\\u0022/, "\"", replacement); gsub(/\\u0026/, "\\&", replacement)
      gsub(/\\u003C/, "<", replacement); gsub(/\\u003E/, ">", replacement); gsub(/\\u0027/, "\047", replacement); gsub(/\\u002B/, "+", replacement)
      printf "    %s:%s %s: %s%s\n", file, line, kind, substr(replacement, 1, 100), /"static":true/ ? " (static)" : ""
    }'
}

noticed=0 missed=0 failed=0
for part in "${parts[@]}"; do
  case "$part" in
    .) files='*.cs' report=artifacts/mutation/root ;;
    *.cs) files="$part" report="artifacts/mutation/${part//\//.}" ;;
    *) files="${part%/}/**/*.cs" report="artifacts/mutation/$(tr / . <<<"${part%/}")" ;;
  esac
  rm -rf "$report" "$BINARIES"
  mkdir -p "$report" "$BINARIES"
  # A mutant is dead at its first failing test.
  echo '{ "stopOnFail": true }' >"$BINARIES/xunit.runner.json"
  began=$SECONDS
  # One process of tests at a time: they use every core themselves, and Stryker is known to miscount with more.
  if ! (cd tests/SloRollback.Tests && nice -n 19 dotnet stryker --config-file ../stryker-config.json --concurrency 1 --skip-version-check \
      --mutate "$files" --output "../../$report") >"$report/log" 2>&1; then
    tail -n 30 "$report/log"
    echo "$part: Stryker failed, see $report/log" >&2
    failed=1
    continue
  fi

  read -r k s c < <(count "$report/reports/mutation-report.json")
  printf '%-14s %7s  %4d of %4d noticed, %3d did not compile, %4d s\n' "$part" "$(score "$k" "$s")" "$k" $(( k + s )) "$c" $(( SECONDS - began ))
  unnoticed "$report/reports/mutation-report.json"
  (( noticed += k, missed += s ))
done
rm -rf "$BINARIES"

echo "Mutation score $(score $noticed $missed): $noticed of $(( noticed + missed )) noticed (bar: $BAR %)"
(( failed == 0 && noticed * 100 >= BAR * (noticed + missed) ))
