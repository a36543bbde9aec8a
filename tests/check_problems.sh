#!/bin/sh
# Every sentence of a problem that the sources can make is in po/ja.po, with the same arguments. Output: TAP.
# shellcheck source=tests/tap.sh
. "${AC_SRCDIR:-$(dirname "$0")/..}/tests/tap.sh"

if ! have python3; then
    skip "sentences of problems" "python3 is not installed"
    finish
    exit
fi
check "every sentence of a problem is translated" python3 "$srcdir/tests/problem_formats.py" --check "$srcdir"

# the check finds what is missing: a copy of the sources with sentences that nobody translated
mkdir "$tmp/tree" && cp -R "$srcdir/src" "$srcdir/parsers" "$srcdir/po" "$tmp/tree"
wrong() { ! python3 "$srcdir/tests/problem_formats.py" --check "$tmp/tree" > "$tmp/out" && grep -q "$1" "$tmp/out"; }
changed()
{
    sed "$3" "$srcdir/$2" > "$tmp/tree/$2"
    if cmp -s "$srcdir/$2" "$tmp/tree/$2"; then
        not_ok "$1: nothing was changed"
    else
        check "$1" wrong "$4"
    fi
    cp "$srcdir/$2" "$tmp/tree/$2"
}
changed "a new sentence is noticed" parsers/mam.c 's/"no MAM header"/"no head of MAM"/' "not in po/ja.po: no head of MAM"
changed "a new one behind a helper, too" parsers/evtx_file.c 's/"the file header is cut"/"it is cut off"/' "it is cut off"
# shellcheck disable=SC2016
changed "an argument that the translation lacks" po/ja.po 's/^msgstr "項目 %1$s: %2$w"/msgstr "項目 %1$s"/' "other arguments"
# shellcheck disable=SC2016
changed "a conversion that means nothing" po/ja.po 's/^msgstr "項目 %1$s: %2$w"/msgstr "項目 %1$s: %2$w %d"/' "mean anything"
finish
