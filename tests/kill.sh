#!/usr/bin/env bash
# Kills an engine on a SQLite journal N times at random moments (default 500): bash tests/kill.sh [N]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export SLOROLLBACK_KILLS=${1:-500}
suite=SloRollback.Sqlite.Tests
dotnet build "tests/$suite" -v q -nologo
"artifacts/bin/$suite/debug/$suite" -method '*Killed_at_any_moment*' -showLiveOutput -noLogo -noColor
