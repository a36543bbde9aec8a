#!/bin/sh
# report.html in a browser: hostile names run no script and send no request, tables sort, languages switch. Output: TAP.
# shellcheck source=tests/tap.sh
. "${AC_SRCDIR:-$(dirname "$0")/..}/tests/tap.sh"

for browser in chromium chromium-browser google-chrome; do
    have "$browser" && break
done

# visit FILE NAME [OPTION...]: the document after its scripts ran in $tmp/NAME.dom, what was asked of the network in
# $tmp/NAME.net
visit()
{
    visit_file=$1 visit_name=$2
    shift 2
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync --disable-extensions --enable-logging=stderr \
        --user-data-dir="$tmp/profile" --virtual-time-budget=5000 --log-net-log="$tmp/$visit_name.net" \
        "$@" --dump-dom "file://$visit_file" > "$tmp/$visit_name.dom" 2> "$tmp/$visit_name.log"
}

ran() { has "$tmp/$1.dom" 'id="ran"'; }
asked() { has "$tmp/$1.net" hostile.invalid; }
not() { ! "$@"; }

# volume FOLDER FILE: an NTFS volume with the tree of that folder, the names as they are
volume()
{
    truncate -s 20M "$2"
    wimcapture "$1" "$tmp/wim" --no-acls --compress=none &&
        mkntfs -F -Q -q -T -s 512 -p 2048 -H 255 -S 63 "$2" && wimapply "$tmp/wim" 1 "$2"
} > "$tmp/volume.log" 2>&1

# ---- reports with hostile names: of an image, and of records in which every name is hostile
plain="var e=document.createElement('i');e.id='ran';document.body.appendChild(e)"
run_it="<img src=x onerror=\"$plain\">"
send_it="<img src='http://hostile.invalid/a'><script src='http://hostile.invalid/b'></script>"
escape_it="]]></title></style></textarea></span></table><script>$plain</script><link rel=stylesheet href='http://hostile.invalid/c'>"

startup="$tmp/folder/C/Users/user1/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup"
mkdir -p "$startup" "$tmp/folder/C/Windows/System32/config"
for name in "$run_it" "$send_it" "$escape_it" "\" onmouseover=\"$plain" "x\`\${$plain}"; do
    : > "$startup/$(printf %s "$name" | tr / _).exe"
done
evidence=$tmp/folder/C
if have wimcapture wimapply mkntfs; then
    check "an image with hostile names" volume "$tmp/folder/C" "$tmp/hostile.raw"
    evidence=$tmp/hostile.raw
else
    skip "an image with hostile names" "wimtools or ntfs-3g is not installed; the folder is examined instead"
fi
# nothing of what is expected in a Windows is in it
run 2 "scan of it" scan -q "$evidence" -o "$tmp/names"
check "the names are in the report" has "$tmp/names/report.html" "&lt;img src=x onerror="

run 0 "collect of the demo" collect -q --no-verify "$demo" -o "$tmp/records.jsonl"
# as JSON in the place of a word that many records have
quoted=$(printf '%s' "$run_it$send_it$escape_it" | sed 's/[\\"]/\\&/g; s/[&|\\]/\\&/g')
sed "1n; s|user2|$quoted|g" "$tmp/records.jsonl" > "$tmp/hostile.jsonl"
run 1 "report of records with hostile names" report -q "$tmp/hostile.jsonl" -o "$tmp/records"
check "the names are in that report" has "$tmp/records/report.html" "&lt;script src=&#39;http://hostile.invalid/b&#39;&gt;"

for report in names records; do
    if have xmllint; then
        check "$report: it is well-formed XML" xmllint --noout --nonet "$tmp/$report/report.html"
    else
        skip "$report: it is well-formed XML" "xmllint is not installed"
    fi
done

# ---- in the browser
cat > "$tmp/control.html" << END
<!DOCTYPE html><meta charset="utf-8"><title>x</title><body>$run_it$send_it
END
run 1 "scan of the demo" scan -q --no-verify "$demo" -o "$tmp/demo"
# a copy without its policy, in which a script of the test sorts the findings twice by their number (the last is
# first then) and asks for Japanese
sed -e 's|<meta http-equiv="Content-Security-Policy"[^>]*>||' \
    -e 's|</body>|<script>var b=document.querySelector("#findings+.wide th [role=button]");b.click();b.click();\
document.getElementById("lang-ja").click()</script></body>|' "$tmp/demo/report.html" > "$tmp/clicked.html"
# and one whose policy does not allow a script that somebody has added
sed 's|</body>|<script>document.body.id = "ran";</script></body>|' "$tmp/demo/report.html" > "$tmp/added.html"

if ! have "$browser"; then
    skip "hostile names in a browser" "chromium is not installed"
elif ! visit "$tmp/control.html" control; then
    skip "hostile names in a browser" "$browser does not run here"
else
    check "the control page runs its script" ran control
    check "the control page sends its requests" asked control
    for report in names records; do
        check "$report: the browser shows it" visit "$tmp/$report/report.html" "$report"
        check "$report: its own script ran" has "$tmp/$report.dom" 'role="button"'
        check "$report: no other did" not ran "$report"
        check "$report: no request" not asked "$report"
        check "$report: there was nothing that the policy had to refuse" \
            has_not "$tmp/$report.log" "Content Security Policy"
    done
    visit "$tmp/added.html" added
    check "a script that was added does not run" not ran added
    check "the policy refuses it" has "$tmp/added.log" "Content Security Policy"
    visit "$tmp/demo/report.html#ja-s9" demo
    check "an address in Japanese shows that language" grep -q '^<html [^>]*lang="ja"' "$tmp/demo.dom"
    visit "$tmp/clicked.html" clicked
    check "a click on Japanese shows that language" grep -q '^<html [^>]*lang="ja"' "$tmp/clicked.dom"
    check "a click on a head sorts a table" test \
        "$(sed -n '/id="findings"/,/id="autostarts"/s/^<tr><td data-k="\(F-[0-9]*\)".*/\1/p' "$tmp/clicked.dom" | head -1)" = \
        "$(sed -n 's/^   "id": "\(F-[0-9]*\)",$/\1/p' "$tmp/demo/findings.json" | sort | tail -1)"
fi
finish
