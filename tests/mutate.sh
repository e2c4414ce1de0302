#!/usr/bin/env bash
# Mutation testing: breaks the core in every way that Stryker knows, one at a time, and counts how many of these mutants its tests notice.
# Arguments: folders or files of src/SloRollback (bash tests/mutate.sh Budgets HumanFormat.cs); none: all of it.
# SAMPLE=6: about every sixth mutant, those in blocks of ten lines that are drawn by chance; SEED=1 draws others. All of the core takes hours.
# Prints each part's score, the mutants that nobody noticed, and the score over all; the report lies in artifacts/mutation.
# Not mutated (stryker-config.json): what is passed to the constructor of an exception. All other texts are: people act on them.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

CORE=src/SloRollback
BAR=90
BINARIES=artifacts/bin/SloRollback.Tests/mutation
REPORT=artifacts/mutation

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
# Properties try a tenth of their cases: the score is a lower bound, in a fraction of the time.
export SLOROLLBACK_CASES_DIVIDED_BY=${SLOROLLBACK_CASES_DIVIDED_BY:-10}
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

# The drawn blocks of each file, as Stryker takes them: the file with spans of characters.
sampled() {
  local part file
  for part in "${parts[@]}"; do
    case "$part" in
      .) find "$CORE" -maxdepth 1 -name '*.cs' ;;
      *) find "$CORE/$part" -name '*.cs' ;;
    esac
  done | sort -u | while IFS= read -r file; do
    awk -v name="${file#"$CORE/"}" -v size=10 -v one_in="$SAMPLE" -v seed="${SEED:-0}" '
      BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }
      function drawn(block, text, i, h) {
        text = seed "/" name "/" block
        h = 7
        for (i = 1; i <= length(text); i++) h = (h * 31 + code[substr(text, i, 1)] * 131) % 1000003
        return h % one_in == 0
      }
      { block = int((NR - 1) / size); if (!(block in starts)) starts[block] = at + 0; at += length($0) + 1; ends[block] = at }
      END { for (b = 0; b <= block; b++) if (drawn(b)) spans = spans "{" starts[b] ".." ends[b] "}"; if (spans != "") print name spans }' "$file"
  done
}

# One run over all parts: before the first mutant, Stryker runs every test alone to learn what it reaches, which takes minutes.
globs=() whole=("${parts[@]}")
if [[ -n "${SAMPLE:-}" ]]; then
  while IFS= read -r spans; do globs+=(--mutate "$spans"); done < <(sampled)
  (( ${#globs[@]} )) || { echo "tests/mutate.sh: nothing was drawn" >&2; exit 2; }
  whole=()
fi
for part in ${whole[@]+"${whole[@]}"}; do
  case "$part" in
    .) globs+=(--mutate '*.cs') ;;
    *.cs) globs+=(--mutate "$part") ;;
    *) globs+=(--mutate "${part%/}/**/*.cs") ;;
  esac
done
rm -rf "$REPORT" "$BINARIES"
mkdir -p "$REPORT" "$BINARIES"
# A mutant is dead at its first failing test.
echo '{ "stopOnFail": true }' >"$BINARIES/xunit.runner.json"
# One process of tests at a time: they use every core themselves, and Stryker is known to miscount with more.
if ! (cd tests/SloRollback.Tests && nice -n 19 dotnet stryker --config-file ../stryker-config.json --concurrency 1 --skip-version-check \
    "${globs[@]}" --output "../../$REPORT") >"$REPORT/log" 2>&1; then
  tail -n 30 "$REPORT/log"
  echo "Stryker failed, see $REPORT/log" >&2
  exit 1
fi

noticed=0 missed=0
for part in "${parts[@]}"; do
  mutants "$REPORT/reports/mutation-report.json" "$part" >"$REPORT/mutants"
  # A mutant that hangs the tests is noticed, one that no test reaches is not.
  k=$(grep -cE '^(Killed|Timeout)' "$REPORT/mutants")
  s=$(grep -cE '^(Survived|NoCoverage)' "$REPORT/mutants")
  c=$(grep -c '^CompileError' "$REPORT/mutants")
  printf '%-14s %7s  %4d of %4d noticed, %3d did not compile\n' "$part" "$(score "$k" "$s")" "$k" $(( k + s )) "$c"
  sed -nE 's/^(Survived|NoCoverage)\t/    /p' "$REPORT/mutants"
  (( noticed += k, missed += s ))
done
rm -rf "$BINARIES"

echo "Mutation score $(score $noticed $missed): $noticed of $(( noticed + missed )) noticed (bar: $BAR %)"
(( noticed * 100 >= BAR * (noticed + missed) ))
