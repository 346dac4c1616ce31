# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Runs programs that print TAP and counts. A program is one line; a failure shows what it printed.

tally_logs=${repo:?}/build/test-logs
# A line for each program, so that what runs in the background counts as well.
tally_results=$tally_logs/results
mkdir -p "$tally_logs"
: >"$tally_results"

# tally SECONDS NAME COMMAND...
tally() {
    local seconds=$1 name=$2 log status=0 ok bad skip start=$SECONDS
    shift 2
    log=$tally_logs/${name//[^A-Za-z0-9._-]/_}
    timeout -k 10 "$seconds" "$@" >"$log" 2>&1 </dev/null || status=$?
    skip=$(grep -cE '^ok .*# SKIP' "$log")
    ok=$(($(grep -cE '^ok( |$)' "$log") - skip))
    bad=$(grep -cE '^not ok( |$)' "$log")
    # A program that died, or said nothing, has failed whatever it counted before.
    if ((bad == 0 && (status != 0 || ok + skip == 0))); then
        bad=1
        ((status != 124)) || echo "not ok - $name: more than $seconds seconds" >>"$log"
        ((status == 124)) || echo "not ok - $name: exit status $status, $ok tests passed" >>"$log"
    fi
    echo "$ok $bad $skip" >>"$tally_results"
    tally_report "$name" "$log" "$ok" "$bad" "$skip" $((SECONDS - start))
}

# In one piece, because others may be reporting too.
tally_report() {
    local name=$1 log=$2 ok=$3 bad=$4 skip=$5 seconds=$6 text
    printf -v text '%-40s %4d passed' "$name" "$ok"
    ((bad == 0)) || text+=", $bad failed"
    ((skip == 0)) || text+=", $skip skipped"
    text+="  ($seconds s)"
    if ((bad)); then
        text+=$'\n'$(grep -E '^not ok( |$)' "$log" | sed 's/^/    /')
        text+=$'\n'"    the end of what it printed, all of which is in ${log#"$repo"/}:"
        text+=$'\n'$(grep -vE '^(not )?ok ' "$log" | tail -n 40 | sed 's/^/    | /')
    fi
    printf '%s\n' "$text"
}

# tally_fuzz NAME PROGRAM SECONDS FOUND CORPUS: one test, passed when nothing was found
tally_fuzz() {
    local name=$1 program=$2 seconds=$3 found=$4 corpus=$5
    # shellcheck disable=SC2016 # they are the inner shell's
    tally $((seconds + 60)) "fuzz $name" bash -c '
        "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
            -artifact_prefix="$3/" "$3" "$4" && echo "ok - $0"' \
        "$name" "$program" "$seconds" "$found" "$corpus"
}

tally_end() {
    local ok bad skip passed=0 failed=0 skipped=0
    while read -r ok bad skip; do
        ((passed += ok, failed += bad, skipped += skip, 1))
    done <"$tally_results"
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0 && passed > 0))
}
