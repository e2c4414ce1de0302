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

# The mutants of a report that lie in a part, one a line: status, "file:line kind: replacement". What is "(static)" is computed once,
# before any mutant is active, and cannot be tested in this way.
mutants() {
  sed 's/"[^"]*\/'"${CORE//\//\\/}"'\/\([^"]*\)":{"language"/\n\1\n/g; s/{"id":"/\n&/g' "$1" | awk -v part="${2%/}" '
    function text(key) {
      if (!match($0, "\"" key "\":\"([^\"\\\\]|\\\\.)*\"")) return ""
      return substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5)
    }
    /^[A-Za-z0-9.\/]+\.cs$/ { file = $0; next }
    { inside = part == "." ? file !~ /\// : file == part || index(file, part "/") == 1 }
    inside && /"mutatorName":/ {
      match($0, /"line":[0-9]+/); line = substr($0, RSTART + 7, RLENGTH - 7)
      replacement = text("replacement")
      gsub(/(\\r)?\\n */, " ", replacement); gsub(/\\u0022/, "\"", replacement); gsub(/\\u0026/, "\\&", replacement); gsub(/\\u0027/, "\047", replacement)
      gsub(/\\u002B/, "+", replacement); gsub(/\\u003C/, "<", replacement); gsub(/\\u003E/, ">", replacement)
      printf "%s\t%s:%s %s: %s%s\n", text("status"), file, line, text("mutatorName"), substr(replacement, 1, 100), /"static":true/ ? " (static)" : ""
    }'
}

score() { awk -v k="$1" -v s="$2" 'BEGIN { if (k + s > 0) printf "%.1f %%", 100 * k / (k + s); else printf "none" }'; }

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

  mutants "$report/reports/mutation-report.json" "$part" >"$report/mutants"
  # A mutant that hangs the tests is noticed, one that no test reaches is not.
  k=$(grep -cE '^(Killed|Timeout)' "$report/mutants")
  s=$(grep -cE '^(Survived|NoCoverage)' "$report/mutants")
  c=$(grep -c '^CompileError' "$report/mutants")
  printf '%-14s %7s  %4d of %4d noticed, %3d did not compile, %4d s\n' "$part" "$(score "$k" "$s")" "$k" $(( k + s )) "$c" $(( SECONDS - began ))
  sed -nE 's/^(Survived|NoCoverage)\t/    /p' "$report/mutants"
  (( noticed += k, missed += s ))
done
rm -rf "$BINARIES"

echo "Mutation score $(score $noticed $missed): $noticed of $(( noticed + missed )) noticed (bar: $BAR %)"
(( failed == 0 && noticed * 100 >= BAR * (noticed + missed) ))
