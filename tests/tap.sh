# What the shell tests share: TAP lines, a folder for files, the program and the demo image.
# Sourced by the tests.
# shellcheck shell=sh disable=SC2034,SC3045
set -u
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin
builddir=$(cd "${AC_BUILDDIR:-.}" && pwd)
srcdir=$(cd "${AC_SRCDIR:-$(dirname "$0")/..}" && pwd)
aftercheck=$builddir/aftercheck
demo=$srcdir/testdata/demo.E01
tmp=$(mktemp -d "${TMPDIR:-/tmp}/aftercheck-shell-XXXXXX") || exit 99
trap 'chmod -R u+rwx "$tmp" 2> /dev/null; rm -rf "$tmp"' EXIT
n=0
# tests that compare bytes of two runs or wait for the clock must not be disturbed by the user's own settings
unset SOURCE_DATE_EPOCH AFTERCHECK_DATADIR

ok()
{
    n=$((n + 1))
    echo "ok $n - $1"
}

# not_ok NAME [FILE with the reason]
not_ok()
{
    n=$((n + 1))
    echo "not ok $n - $1"
    [ $# -gt 1 ] && sed 's/^/# /' "$2" | head -20
}

skip()
{
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}

# check NAME COMMAND...: the command succeeds
check()
{
    check_title=$1
    shift
    if "$@" > "$tmp/check.log" 2>&1; then
        ok "$check_title"
    else
        { echo "failed: $*"; cat "$tmp/check.log"; } > "$tmp/check.why"
        not_ok "$check_title" "$tmp/check.why"
    fi
}

have()
{
    for tool; do
        command -v "$tool" > /dev/null 2>&1 || return 1
    done
}

# run STATUS NAME ARGUMENT...: the program ends with that status, within a minute and four GiB.
# Its output stays in $tmp/out and $tmp/err.
run()
{
    run_want=$1
    run_title=$2
    shift 2
    (
        # AddressSanitizer reserves terabytes
        "$aftercheck" --version | grep -q 'sanitize=address' || ulimit -v 4194304
        exec timeout 60 "$aftercheck" "$@"
    ) > "$tmp/out" 2> "$tmp/err"
    run_got=$?
    if [ $run_got -eq "$run_want" ]; then
        ok "$run_title: status $run_want"
    else
        { echo "status $run_got, not $run_want: aftercheck $*"; cat "$tmp/err"; } > "$tmp/check.why"
        not_ok "$run_title: status $run_want" "$tmp/check.why"
    fi
}

# has FILE TEXT; has_not FILE TEXT: fixed strings
has() { grep -qF -e "$2" "$1"; }
has_not() { ! grep -qF -e "$2" "$1"; }

finish()
{
    echo "1..$n"
}
