#!/bin/sh
# Every command on the demo image: exit statuses, agreement with The Sleuth Kit, two runs alike. Output: TAP.
# shellcheck source=tests/tap.sh
. "${AC_SRCDIR:-$(dirname "$0")/..}/tests/tap.sh"

same_folders()
{
    diff -r "$1" "$2"
}

# findings without what the run alone knows
findings_of()
{
    sed '/^ "run": {$/,/^ }/d' "$1/findings.json" | grep -v "demo.E01'" | sed 's/,$//'
}

same_findings()
{
    findings_of "$1" > "$tmp/f1"
    findings_of "$2" > "$tmp/f2"
    [ -s "$tmp/f1" ] && diff "$tmp/f1" "$tmp/f2"
}

before=$(sha256sum < "$demo")

# ---- usage and help
run 64 "no command"
run 64 "unknown command" frobnicate
run 0 "help" --help
check "help names every command" grep -q 'verify' "$tmp/out"
run 0 "version" --version
for command in scan collect report verify redact show ls cat rules; do
    run 0 "$command --help" $command --help
    check "$command --help tells its usage" grep -q "^Usage: aftercheck $command" "$tmp/out"
done
run 64 "scan without evidence" scan -o "$tmp/x"
run 64 "scan without output" scan "$demo"
run 64 "scan with an unknown option" scan --frobnicate "$demo" -o "$tmp/x"
run 64 "scan in no such language" scan "$demo" -o "$tmp/x" --lang fr
run 64 "collect without output" collect "$demo"
run 64 "report without records" report -o "$tmp/x"
run 64 "verify without anything" verify
run 64 "verify of two things" verify "$demo" "$demo"
run 64 "show of nothing" show
run 64 "ls of nothing" ls
run 64 "ls of three things" ls "$demo" a b
run 64 "cat of nothing" cat "$demo"
run 64 "rules with an unknown option" rules --frobnicate
run 64 "rules with an argument" rules something
check "a usage error says where help is" has "$tmp/err" "--help"

# ---- rules of the examiner
cat > "$tmp/own.yar" <<'END'
rule own {
    meta:
        id = "OWN-1"
        family = "somebody"
        strength = "supporting"
        title = "Autostart of the demo"
        tests = "The autostart ruzvvyx."
        benign = ""
        attack = "T1547.001"
        reference = "this test"
    condition:
        kind == "autostart" and name == "ruzvvyx"
}
END
sed 's/kind == "autostart" and //' "$tmp/own.yar" > "$tmp/no-kind.yar"
sed '/family/d' "$tmp/own.yar" > "$tmp/no-family.yar"
printf 'bidptr.exe\n' > "$tmp/names.txt"
printf 'not a digest\n' > "$tmp/bad.txt"
printf '/Users/*/AppData/Local/Microsoft/OneDrive/OneDrive.exe\n' > "$tmp/known.txt"
run 0 "rules lists rules in C and in files" rules
check "rules names a rule in C" has "$tmp/out" "EMO-V4"
check "rules names a rule in a file, and the file" has "$tmp/out" "emotet.yar:"
run 0 "rules --rules lists those of the examiner too" rules --rules "$tmp/own.yar"
check "a rule of the examiner is listed" has "$tmp/out" "OWN-1"
run 0 "rules --check of a sound file" rules --check "$tmp/own.yar"
run 64 "rules --check of a rule without a kind" rules --check "$tmp/no-kind.yar"
check "file and line are named" has "$tmp/err" "no-kind.yar:1: "
run 64 "rules --check of a rule without a family" rules --check "$tmp/no-family.yar"
run 64 "rules --check of nothing" rules --check "$tmp/nothing.yar"
run 0 "rules --variables" rules --variables
check "variables are those of the records" has "$tmp/out" "prov_state"
run 64 "scan with a broken rule" scan "$demo" -o "$tmp/x" --rules "$tmp/no-kind.yar"
check "no work was done before" test ! -e "$tmp/x"
run 64 "scan with a broken list" scan "$demo" -o "$tmp/x" --hashes "$tmp/bad.txt"
check "the line of the list is named" has "$tmp/err" "bad.txt:1: "
run 1 "scan with rules of the examiner" scan -q "$demo" -o "$tmp/own" --rules "$tmp/own.yar" \
    --names "$tmp/names.txt" --known-good "$tmp/known.txt"
check "the rule of the examiner found it" has "$tmp/own/findings.json" '"OWN-1"'
check "the name of the list was found" has "$tmp/own/findings.json" '"LST-NAME"'
check "what is known is marked" has "$tmp/own/findings.json" '"known.txt:1"'
check "what is known is said in the report" has "$tmp/own/report.en.txt" "Listed findings about files that are known"
check "the run says which rules were given" has "$tmp/own/run.json" "own.yar"
check "the Japanese report has it too" has "$tmp/own/report.ja.txt" "OWN-1"
run 1 "report with other rules" report -q "$tmp/own/records.jsonl" -o "$tmp/other"
check "these rules do not find it" has_not "$tmp/other/findings.json" "OWN-1"
sed 's/"OWN-1"/"OWN-2" scope = "content"/; s/kind == .*/uint16(0) == 0x5A4D/' "$tmp/own.yar" > "$tmp/content.yar"
run 1 "scan with a rule over contents" scan -q --no-verify "$demo" -o "$tmp/content" --rules "$tmp/content.yar"
check "contents are matched" has "$tmp/content/records.jsonl" '"kind":"match"'
run 1 "report with the same rules over contents" report -q "$tmp/content/records.jsonl" -o "$tmp/again" \
    --rules "$tmp/content.yar"
check "its matches are found again" has "$tmp/again/findings.json" '"rule": "OWN-2"'
run 1 "report of a collection without them" report -q "$tmp/own/records.jsonl" -o "$tmp/without" \
    --rules "$tmp/content.yar"
check "that is not examined" has "$tmp/without/findings.json" "contents of files were not looked through"
run 64 "--deep without a rule over contents" scan --deep "$demo" -o "$tmp/x"
AFTERCHECK_DATADIR=$tmp/nodata
mkdir -p "$tmp/nodata"
export AFTERCHECK_DATADIR
run 1 "scan without the folder of rules" scan -q "$demo" -o "$tmp/norules"
unset AFTERCHECK_DATADIR
check "that is a problem" has "$tmp/norules/findings.json" "folder of rules that comes with"

# ---- scan, twice
run 1 "scan of the demo" scan "$demo" -o "$tmp/one"
check "scan prints where the report is" has "$tmp/out" "$tmp/one/report.en.txt"
check "scan of a sound image complains about nothing" test ! -s "$tmp/err"
run 1 "scan again" scan -q "$demo" -o "$tmp/two"
check "quiet is quiet" test ! -s "$tmp/out"
check "two runs give identical records" cmp "$tmp/one/records.jsonl" "$tmp/two/records.jsonl"
check "two runs give the same findings" same_findings "$tmp/one" "$tmp/two"
cp -r "$tmp/one" "$tmp/kept"
run 1 "scan over an earlier report" scan -q "$demo" -o "$tmp/one"
for run in three four; do
    SOURCE_DATE_EPOCH=1600000000
    export SOURCE_DATE_EPOCH
    run 1 "scan at a fixed time ($run)" scan -q "$demo" -o "$tmp/$run"
    unset SOURCE_DATE_EPOCH
done
check "two runs at a fixed time give identical folders" same_folders "$tmp/three" "$tmp/four"
run 1 "scan without verification" scan -q --no-verify "$demo" -o "$tmp/triage"
check "it says that nothing was verified" has "$tmp/triage/findings.json" "NOT COMPUTED"
run 1 "one item with findings, one that is unusable" scan -q "$demo" "$tmp/nothing" -o "$tmp/multi"
mkdir "$tmp/empty" "$tmp/full"
echo mine > "$tmp/full/notes.txt"
run 1 "scan into an empty folder" scan -q --no-verify "$demo" -o "$tmp/empty"
run 64 "scan into a folder with other files" scan -q "$demo" -o "$tmp/full"
check "and they are left alone" has "$tmp/full/notes.txt" mine
for file in findings.json records.jsonl; do
    check "$file is UTF-8" iconv -f UTF-8 -t UTF-8 "$tmp/one/$file"
done
check "every family is in the conclusions" sh -c "for f in emotet ursnif trickbot qakbot zloader; do
    grep -q \"\\\"family\\\": \\\"\$f\\\"\" '$tmp/one/findings.json' || exit 1; done"
check "report.html names the strongest finding" grep -q EMO-V4 "$tmp/one/report.html"
for text in en ja; do
    check "report.$text.txt names the strongest finding" grep -q EMO-V4 "$tmp/one/report.$text.txt"
done

# TrickBot's and Qakbot's files lie on the demo's volume; so the interpretation must not say that they do not
check "every family with findings has its files on the volume" \
    test "$(grep -c 'Presence: files that' "$tmp/one/report.en.txt")" = 3
check "the coverage table lists sources of evidence only" sh -c "! grep -q '(records):' '$tmp/one/report.en.txt'"

# ---- collect and report
run 0 "collect of the demo" collect -q "$demo" -o "$tmp/records.jsonl"
check "collect gives the records of scan" cmp "$tmp/records.jsonl" "$tmp/one/records.jsonl"
run 1 "report from records" report -q "$tmp/records.jsonl" -o "$tmp/again"
check "report gives the findings of scan" same_findings "$tmp/one" "$tmp/again"
run 1 "report over its own records" report -q "$tmp/again/records.jsonl" -o "$tmp/again"
run 3 "report from what is no records" report "$demo" -o "$tmp/x"
run 3 "report from records that are not there" report "$tmp/nothing" -o "$tmp/x"
head -c 3000 "$tmp/records.jsonl" > "$tmp/cut.jsonl"
run 3 "report from records that are cut" report "$tmp/cut.jsonl" -o "$tmp/x"
check "and the line is named" has "$tmp/err" "line "
head -n 4 "$tmp/records.jsonl" > "$tmp/cut.jsonl"
run 2 "report from records whose end is missing" report -q "$tmp/cut.jsonl" -o "$tmp/short"
check "and that is a problem in the report" has "$tmp/short/report.en.txt" "records of evidence E1 are missing"
cp "$demo" "$tmp/copy.E01"
run 64 "collect into the evidence itself" collect "$tmp/copy.E01" -o "$tmp/copy.E01"
check "the evidence is still there" cmp "$demo" "$tmp/copy.E01"
run 64 "collect into another file of the user" collect "$demo" -o "$tmp/full/notes.txt"
check "that is left alone" has "$tmp/full/notes.txt" mine
run 64 "scan into a folder of evidence" scan "$tmp/full" -o "$tmp/full/report"
check "nothing was made there" test ! -e "$tmp/full/report"
run 3 "collect of nothing" collect -q "$tmp/nothing" -o "$tmp/n.jsonl"

# ---- notices: was this machine on the list of the police or a CERT?
cat > "$tmp/notified.csv" << 'END'
PC名,IPアドレス,検知日時,タイムゾーン,備考
LAPTOP-01,192.0.2.17,2021-01-21,JST,一件目
DESKTOP-77,198.51.100.9,2021-01-21,JST,二件目
END
run 1 "scan with a list of notified machines" scan -q --no-verify "$demo" --notice "$tmp/notified.csv" -o "$tmp/noticed"
notice_rows() { sed -n '/^ "notices": \[/,/^ \]/p' "$1/findings.json"; }
check "the row of this machine agrees" sh -c "sed -n '/\"row\": 1,/,/\"criteria\"/p' '$tmp/noticed/findings.json' |
    grep -q '\"result\": \"match\"'"
check "so do its name, address and time" test "$(notice_rows "$tmp/noticed" | sed -n '/"row": 1,/,/"row": 2,/p' |
    grep -c '^     "result": "match"')" = 3
check "the other row contradicts" sh -c "sed -n '/\"row\": 2,/,/\"criteria\"/p' '$tmp/noticed/findings.json' |
    grep -q '\"result\": \"contradicts\"'"
check "and is still missing" has "$tmp/noticed/report.en.txt" "Row 2 (DESKTOP-77, 198.51.100.9): still missing"
check "in both languages" has "$tmp/noticed/report.ja.txt" "第 2 行（DESKTOP-77、198.51.100.9）: 未発見"
check "what is not used of the list is told" has "$tmp/noticed/report.en.txt" "that are not used: 備考"
check "the list is told with its digest" has "$tmp/noticed/findings.json" "$(sha256sum < "$tmp/notified.csv" | cut -c1-64)"
check "without a list there is none" has_not "$tmp/one/findings.json" '"notices"'
check "and its folder verifies" "$aftercheck" verify "$tmp/noticed"
if have iconv && iconv -f UTF-8 -t CP932 "$tmp/notified.csv" > "$tmp/cp932.csv" 2> /dev/null; then
    run 1 "report with the same list in CP932" report -q "$tmp/noticed/records.jsonl" --notice "$tmp/cp932.csv" -o "$tmp/cp932"
    notice_rows "$tmp/noticed" > "$tmp/f1"
    notice_rows "$tmp/cp932" > "$tmp/f2"
    check "it says the same" sh -c "test -s '$tmp/f1' && cmp '$tmp/f1' '$tmp/f2'"
    check "and which encoding it was" has "$tmp/cp932/findings.json" '"encoding": "CP932"'
else
    skip "the list in CP932" "iconv is missing"
fi
printf 'ip,host\n1,2\n1,2,3\n' > "$tmp/broken.csv"
run 64 "scan with a broken list" scan -q "$demo" --notice "$tmp/broken.csv" -o "$tmp/x"
check "its line is named" has "$tmp/err" "broken.csv: line 3"
check "and nothing was written" test ! -e "$tmp/x"
run 64 "report with a list that is not there" report -q "$tmp/records.jsonl" --notice "$tmp/nothing" -o "$tmp/x"
run 64 "collect with a list" collect "$demo" --notice "$tmp/notified.csv" -o "$tmp/x"

# ---- digests recorded elsewhere
medium=$(sed -n 's/.*"algorithm":"SHA-256","stored":"","computed":"\([0-9a-f]*\)".*/\1/p' "$tmp/one/records.jsonl")
wrong=$(echo "$medium" | tr 0-9a-f 1-9a-f0)
sound() { sed -n '/R2  Evidence/,/R3  System/p' "$1/report.en.txt" | tr -s '\n ' '  '; }
run 1 "scan with the digest recorded elsewhere" scan -q "$demo" --expect-hash "sha256:$medium" -o "$tmp/expected"
sound "$tmp/expected" > "$tmp/r2"
check "it agrees, and R2 says so" has "$tmp/r2" "SHA-256 recorded elsewhere (--expect-hash): MATCH"
check "in Japanese too" grep -q 'SHA-256（--expect-hash で指定）: 一致（MATCH）' "$tmp/expected/report.ja.txt"
check "findings.json has it" has "$tmp/expected/findings.json" "\"expected\": \"$medium\""
run 1 "scan with a wrong one" scan -q "$demo" --expect-hash "E1:SHA-256:$(echo "$wrong" | tr a-f A-F)" -o "$tmp/expected"
sound "$tmp/expected" > "$tmp/r2"
check "it disagrees, and R2 says so" has "$tmp/r2" "MISMATCH. Given: $wrong"
check "the first page says so" has "$tmp/expected/report.en.txt" "E1: MISMATCH. The digest computed now (SHA-256) is not the one that was"
run 2 "collect with a wrong one" collect -q "$demo" --expect-hash "sha256:$wrong" -o "$tmp/n.jsonl"
run 0 "collect with MD5 and SHA-1 of a single hive" collect -q --expect-hash "md5:$("$aftercheck" cat "$demo" \
    Windows/System32/config/SYSTEM | tee "$tmp/SYSTEM" | md5sum | cut -c1-32)" \
    --expect-hash "sha1:$(sha1sum < "$tmp/SYSTEM" | cut -c1-40)" "$tmp/SYSTEM" -o "$tmp/n.jsonl"
check "both agree" test "$(grep '"kind":"integrity"' "$tmp/n.jsonl" | grep -o '"result":"MATCH"' | wc -l)" = 2
for item in "$demo" "$tmp/SYSTEM"; do
    run 0 "collect of ${item##*/} without verification" collect -q --no-verify "$item" --expect-hash "sha256:$medium" -o "$tmp/n.jsonl"
    check "nothing agrees, nothing is denied" grep -q '"expected":\[[^]]*"computed":"","result":"NOT COMPUTED"' "$tmp/n.jsonl"
done
run 1 "scan of two items, each with its digest" scan -q "$demo" "$tmp/SYSTEM" --expect-hash "E1:sha256:$medium" \
    --expect-hash "E2:md5:$(md5sum < "$tmp/SYSTEM" | cut -c1-32)" -o "$tmp/expected"
check "both agree" test "$(grep '"kind":"integrity"' "$tmp/expected/records.jsonl" |
    grep -c '"expected":\[[^]]*"result":"MATCH"')" = 2
for bad in "" sha256 "sha256:" ":sha256:$medium" "sha512:$medium" "md5:$medium" "sha256:${medium}0" "sha256:g${medium#?}" \
    "E2:sha256:$medium" "E1:E1:sha256:$medium"; do
    run 64 "scan with the digest \"$bad\"" scan "$demo" --expect-hash "$bad" -o "$tmp/x"
done
run 64 "two items and a digest of neither" scan "$demo" "$tmp/SYSTEM" --expect-hash "sha256:$medium" -o "$tmp/x"
run 64 "two digests of one kind" collect "$demo" --expect-hash "sha256:$medium" --expect-hash "sha256:$wrong" -o "$tmp/x"
run 64 "a digest of a folder" scan "$tmp/one" --expect-hash "sha256:$medium" -o "$tmp/x"
run 64 "a digest for report" report "$tmp/records.jsonl" --expect-hash "sha256:$medium" -o "$tmp/x"
check "and nothing was written" test ! -e "$tmp/x"

# ---- files of the evidence beside the report
list=$tmp/extracted/artefacts/list.jsonl
run 1 "scan that extracts" scan -q --no-verify --extract "$demo" -o "$tmp/extracted"
check "nothing is left out" grep -q '^{"schema":"aftercheck-artefacts/1".*"left_out":0,"incomplete":0,"differ":0}' "$list"
check "its folder verifies" "$aftercheck" verify "$tmp/extracted"
check "sha256sum knows the manifest" sh -c "cd '$tmp/extracted' && sha256sum --quiet -c manifest.sha256"
check "no name of the evidence is a name there" \
    sh -c "! ls '$tmp/extracted/artefacts' | grep -vE '^[0-9]{6}\.bin\.gz$|^list\.jsonl$'"
check "nothing there can be started" sh -c "! find '$tmp/extracted/artefacts' -name '*.gz' ! -perm 0400 | grep -q ."
check "nothing there begins like a program" \
    sh -c "for f in '$tmp'/extracted/artefacts/*.gz; do head -c 2 \"\$f\" | grep -q MZ && exit 1; done; true"
check "the report tells how many" grep -qE '^ +[0-9]+ Files of the evidence that were written beside this report: [1-9]' \
    "$tmp/extracted/report.en.txt"
: > "$tmp/wrong"
sed -n 's/^{"name":"\([^"]*\)".*"path":"\([^"]*\)".*"sha256":"\([^"]*\)".*/\1 \3 \2/p' "$list" |
    while read -r name sum path; do
        gunzip -c "$tmp/extracted/artefacts/$name" > "$tmp/file"
        "$aftercheck" cat "$demo" "$path" | cmp -s - "$tmp/file" || echo "$path" >> "$tmp/wrong"
        [ "$(sha256sum < "$tmp/file" | cut -c1-64)" = "$sum" ] || echo "$path" >> "$tmp/wrong"
    done
check "each unpacks to the file of the evidence, with the digest of the list" test ! -s "$tmp/wrong"
check "there are hives, their logs, tasks, and the files that findings name" sh -c "
    for what in config/SYSTEM ntuser.dat.LOG1 Tasks/MsSystemWatcher Security.evtx '\\\$MFT'; do
        grep -q \"\$what\\\"\" '$list' || exit 1; done
    sed -n 2p '$list' | grep -q '\"findings\":\\[\"F-0'"
cp -r "$tmp/extracted" "$tmp/before"
run 1 "scan again, over it" scan -q --no-verify --extract "$demo" -o "$tmp/extracted"
check "the same files" diff -r "$tmp/extracted/artefacts" "$tmp/before/artefacts"
run 1 "report over its own records" report -q "$tmp/extracted/records.jsonl" -o "$tmp/extracted"
check "keeps the files" diff -r "$tmp/extracted/artefacts" "$tmp/before/artefacts"
check "and tells of them" has "$tmp/extracted/report.en.txt" 'Its list.jsonl names each'
run 1 "report elsewhere" report -q "$tmp/extracted/records.jsonl" -o "$tmp/elsewhere"
check "tells of no files that are not there" sh -c "! grep -q 'in the folder \"artefacts\"' '$tmp/elsewhere/report.en.txt'"
check "nor does its run" sh -c "! grep -q '\"extracted\":' '$tmp/elsewhere/run.json'"
mkdir "$tmp/lone"
cp "$tmp/records.jsonl" "$tmp/lone/lone.jsonl"
run 1 "report over it of an unknown run" report -q "$tmp/lone/lone.jsonl" -o "$tmp/elsewhere"
check "the run of another is gone" test ! -e "$tmp/elsewhere/run.json"
run 1 "report over it from other records" report -q "$tmp/records.jsonl" -o "$tmp/extracted"
check "files of another run are gone" test ! -e "$tmp/extracted/artefacts"
run 1 "scan over one with extracted files" scan -q --no-verify "$demo" -o "$tmp/before"
check "they are gone" test ! -e "$tmp/before/artefacts"
mkdir "$tmp/before/artefacts"
echo mine > "$tmp/before/artefacts/notes.txt"
run 64 "scan where that folder holds something else" scan -q --no-verify "$demo" -o "$tmp/before"
check "it is left alone" has "$tmp/before/artefacts/notes.txt" mine
run 1 "verify sees a file that was put there" verify "$tmp/before"
check "and names it" has "$tmp/out" "artefacts/notes.txt: not listed"
run 64 "collect that extracts" collect --extract "$demo" -o "$tmp/x"
run 64 "report that extracts" report --extract "$tmp/records.jsonl" -o "$tmp/x"
mkdir -p "$tmp/loose"
cp "$tmp/SYSTEM" "$tmp/loose/-rf; touch x"
run 2 "scan of a folder with a hostile name, extracting" scan -q --extract "$tmp/loose" -o "$tmp/named"
check "it has a number" sh -c "gunzip -c '$tmp/named/artefacts/000001.bin.gz' | cmp - '$tmp/SYSTEM'"

# ---- verify
run 0 "verify of the demo" verify "$demo"
check "the hashes match" has "$tmp/out" MATCH
run 0 "verify of a report" verify "$tmp/one"
for change in changed added removed; do
    rm -rf "$tmp/v"
    cp -r "$tmp/one" "$tmp/v"
    case $change in
    changed) echo >> "$tmp/v/report.en.txt" ;;
    added) echo > "$tmp/v/more.txt" ;;
    removed) rm "$tmp/v/report.ja.txt" ;;
    esac
    run 1 "verify of a report with a file $change" verify "$tmp/v"
    check "the file $change is named" grep -qE 'report.(en|ja).txt|more.txt' "$tmp/out"
done
rm -rf "$tmp/v"
cp -r "$tmp/one" "$tmp/v"
echo signature > "$tmp/v/manifest.sha256.asc"
run 0 "verify of a signed report" verify "$tmp/v"
check "the signature is named and not checked" has "$tmp/out" "manifest.sha256.asc: signature file present, not checked"
mkdir "$tmp/v/manifest.sha256.d"
echo more > "$tmp/v/manifest.sha256.d/file"
run 1 "a folder is no signature" verify "$tmp/v"
check "what is in it is named" has "$tmp/out" "manifest.sha256.d/file"
cat > "$tmp/signer" << 'END'
#!/bin/sh
echo "to standard output"
for word; do last=$word; done
printf '%s\n' "$@" > "$last.sig"
ls /proc/self/fd > "$last.fds"
END
chmod +x "$tmp/signer"
run 1 "report that is signed" report "$tmp/records.jsonl" -o "$tmp/-signed; touch x" \
    --sign-with "$tmp/signer  'a b' \"c'd\" \$HOME ; *	--"
signed="$tmp/-signed; touch x"
printf '%s\n' 'a b' "c'd" "\$HOME" ';' '*' -- "$(realpath "$signed")/manifest.sha256" > "$tmp/words"
check "the command gets its words and the manifest's path" cmp "$tmp/words" "$signed/manifest.sha256.sig"
check "no file of ours is open in it" test "$(grep -c . "$signed/manifest.sha256.fds")" -le 4
check "its output is not on standard output" has_not "$tmp/out" "to standard output"
check "but on standard error" has "$tmp/err" "to standard output"
run 0 "verify of it" verify "$signed"
check "says so" has "$tmp/out" "manifest.sha256.sig: signature file present, not checked"
run 1 "report over it, unsigned" report -q "$tmp/records.jsonl" -o "$signed"
check "signatures over the former manifest are gone" test ! -e "$signed/manifest.sha256.sig"
run 70 "a command that fails" report "$tmp/records.jsonl" -o "$tmp/unsigned" --sign-with "sh -c 'exit 5'"
check "is told with its status" has "$tmp/err" "not signed: sh ended with status 5"
run 0 "the report is whole" verify "$tmp/unsigned"
run 70 "a command that is not there" report -q "$tmp/records.jsonl" -o "$tmp/unsigned" --sign-with "$tmp/nothing x"
run 70 "a command that is killed" report -q "$tmp/records.jsonl" -o "$tmp/unsigned" --sign-with "sh -c 'kill -9 \$\$'"
check "is told with its signal" has "$tmp/err" "ended by signal 9"
for bad in "" "  " "a 'b" "\"" "''"; do
    run 64 "the command \"$bad\"" scan "$demo" --sign-with "$bad" -o "$tmp/x"
done
run 64 "collect that signs" collect "$demo" --sign-with true -o "$tmp/x"
check "and nothing was written" test ! -e "$tmp/x"
run 2 "verify of a folder that is no report" verify "$tmp/full"
run 3 "verify of nothing" verify "$tmp/nothing"
head -c 100000 /dev/zero > "$tmp/zeros.raw"
run 2 "verify of a raw image: nothing stored" verify "$tmp/zeros.raw"

# ---- files may not become large enough
limited()
{
    sh -c "ulimit -f 100; \"\$@\"" sh "$aftercheck" "$@" > "$tmp/out" 2> "$tmp/err"
    test $? = 70
}
check "a report that cannot be written is an error, not a death" limited scan -q --no-verify "$demo" -o "$tmp/limited"
check "which is told" has "$tmp/err" "could not be written"
check "extraction that cannot be written" limited scan -q --no-verify --extract "$demo" -o "$tmp/limited"
check "no half file of a report" sh -c "! ls -R '$tmp/limited' | grep -q part"

# ---- a folder prepared by somebody else: nothing is written through its names
mkdir "$tmp/victim" "$tmp/prepared" "$tmp/prepared2" "$tmp/prepared3"
echo kept > "$tmp/victim/file"
ln -s "$tmp/victim/file" "$tmp/prepared/records.jsonl"
ln -s "$tmp/victim" "$tmp/prepared2/artefacts"
mkdir "$tmp/prepared3/manifest.sha256.d"
for folder in prepared prepared2 prepared3; do
    run 64 "scan into $folder" scan -q --no-verify --extract "$demo" -o "$tmp/$folder"
done
check "what links lead to is as it was" test "$(cat "$tmp/victim/file")" = kept
check "and alone" test "$(ls "$tmp/victim")" = file

# ---- redaction
run 1 "scan for redaction" scan -q --extract --examiner "Example Examiner" --case LAPTOP-01-a-very-long-case-number-of-user1-and-others \
    "$demo" --notice "$tmp/notified.csv" -o "$tmp/extracted"
printf '\357\273\277# people\nLAPTOP-01\tthe machine of a witness\r\nExample Examiner\n\n192.0.2.17\n' > "$tmp/names"
run 0 "redaction" redact "$tmp/extracted" -o "$tmp/redacted" --names "$tmp/names" --accounts
check "no name is left" sh -c "! grep -rilE 'laptop-01|user[1-9]|example examiner|192\.0\.2\.17' '$tmp/redacted'"
check "nor over the end of a line" \
    sh -c "! tr -d ' \n' < '$tmp/redacted/report.en.txt' | grep -iqE 'laptop-01|user[1-9]|exampleexaminer'"
check "nor as bytes" sh -c "! grep -rilE '75007300650072003[1-9]|4c004100500054004f0050002d003000310' '$tmp/redacted'"
check "the reason is told" has "$tmp/redacted/redaction.json" "the machine of a witness"
original=$(sha256sum < "$tmp/extracted/manifest.sha256" | cut -c1-64)
for file in report.en.txt report.ja.txt report.html findings.json records.jsonl run.json redaction.json; do
    check "$file carries the digest of the original's manifest" has "$tmp/redacted/$file" "$original"
done
check "the first words say what it is" sh -c "head -1 '$tmp/redacted/report.en.txt' | grep -q '^REDACTED COPY of report AC-'"
check "in Japanese too" sh -c "head -1 '$tmp/redacted/report.ja.txt' | grep -q '秘匿処理済みの写し'"
for text in en ja; do
    grep -oE '^ {0,4}[0-9]{1,5} ' "$tmp/extracted/report.$text.txt" > "$tmp/f1"
    grep -oE '^ {0,4}[0-9]{1,5} ' "$tmp/redacted/report.$text.txt" > "$tmp/f2"
    check "report.$text.txt keeps its numbers" sh -c "test -s '$tmp/f1' && cmp '$tmp/f1' '$tmp/f2'"
done
check "as many records" test "$(grep -c . "$tmp/extracted/records.jsonl")" = "$(grep -c . "$tmp/redacted/records.jsonl")"
check "as many rows" test "$(grep -c . "$tmp/extracted/timeline.csv")" = "$(grep -c . "$tmp/redacted/timeline.csv")"
run 0 "the copy verifies" verify "$tmp/redacted"
run 1 "its records can be read" report -q "$tmp/redacted/records.jsonl" -o "$tmp/from-redacted"
# ---- names that are words of the report, of the page and of what the copy says of itself
printf 'page\nreport\nCopy\nRed\nlabels\n' > "$tmp/words"
run 0 "names that are words" redact -q "$tmp/extracted" -o "$tmp/words.d" --names "$tmp/words"
check "the copy still says what it is" sh -c "head -1 '$tmp/words.d/report.en.txt' | grep -q '^REDACTED COPY of report AC-'"
check "and its page keeps its form" has "$tmp/words.d/report.html" '<div id="page">'
# ---- slips in the list; a reason that names someone
printf ' user1 \tof user1, who knows User2\r\n\343\200\200user2\343\200\200\n\tno name\nLAPTOP-01\n' > "$tmp/words"
run 0 "names with blanks around them" redact -q "$tmp/extracted" -o "$tmp/blanks.d" --names "$tmp/words"
check "are found without them" sh -c "! grep -rilE 'laptop-01|user[12]' '$tmp/blanks.d'"
check "the reason has labels" has "$tmp/blanks.d/redaction.json" "of [REDACTED-1], who knows [REDACTED-2]"
run 64 "redaction into the report itself" redact "$tmp/extracted" -o "$tmp/extracted/copy" --accounts
run 0 "the report is as it was" verify "$tmp/extracted"
# ---- accounts of hostile evidence, and of two letters or one ideograph
long=$(head -c 3000 /dev/zero | tr '\0' x)
sed "s/\"user\":\"user1\"/\"user\":\"$long\"/; s/\"user\":\"user2\"/\"user\":\"\\\\u6797\"/; s/\"user\":\"user3\"/\"user\":\"Ed\"/" \
    "$tmp/extracted/records.jsonl" > "$tmp/hostile.jsonl"
check "accounts are there" sh -c "grep -q xxxxxxx '$tmp/hostile.jsonl' && grep -q 'user\":\"Ed\"' '$tmp/hostile.jsonl' && grep -q u6797 '$tmp/hostile.jsonl'"
run 1 "report of hostile accounts" report -q "$tmp/hostile.jsonl" -o "$tmp/hostile"
run 0 "redaction of hostile accounts" redact "$tmp/hostile" -o "$tmp/hostile.d" --accounts
run 1 "scan that lists accounts" scan -q --no-verify --list-accounts "$demo" -o "$tmp/listed"
sed 's/LAPTOP-01\\\\user3/CORP\\\\admin7/g; s/"LocalSystem"/"NT SERVICE\\\\Spooler"/' "$tmp/listed/records.jsonl" > "$tmp/listed.jsonl"
check "an account of another machine is there" grep -q '"account":"CORP..admin7"' "$tmp/listed.jsonl"
run 1 "report of listed accounts" report -q "$tmp/listed.jsonl" -o "$tmp/listed"
run 0 "redaction of listed accounts" redact "$tmp/listed" -o "$tmp/listed.d" --accounts
check "leaves no account of a store, nor of another machine" sh -c "! grep -rqilE 'admin7|user[0-9]@mail' '$tmp/listed.d'"
check "but those of services" has "$tmp/listed.d/records.jsonl" '"name":"Spooler"'
check "leaves none" sh -c "! grep -rlE '\"user\": ?\"([xE]|林)' '$tmp/hostile.d'"
run 64 "redaction into a folder that is there" redact "$tmp/extracted" -o "$tmp/redacted" --accounts
run 64 "redaction of a copy" redact "$tmp/redacted" -o "$tmp/x" --accounts
run 64 "redaction of nothing" redact "$tmp/extracted" -o "$tmp/x"
run 64 "redaction without output" redact "$tmp/extracted" --accounts
printf 'x\n' > "$tmp/names"
run 64 "a name that is too short" redact "$tmp/extracted" -o "$tmp/x" --names "$tmp/names"
check "its line is named" has "$tmp/err" "line 1"
run 64 "no list of names" redact "$tmp/extracted" -o "$tmp/x" --names "$tmp/nothing"
run 3 "redaction of no report" redact "$tmp/full" -o "$tmp/x" --accounts
cp -r "$tmp/extracted" "$tmp/altered"
echo >> "$tmp/altered/report.en.txt"
run 1 "redaction of a changed report" redact "$tmp/altered" -o "$tmp/x" --accounts
check "nothing was written" test ! -e "$tmp/x"

# ---- ls and cat
run 3 "ls of what is not there" ls "$demo" /nope
run 0 "ls of the demo" ls "$demo"
grep -v '^\$' "$tmp/out" | sort > "$tmp/ls"
if have fls icat; then
    fls -o 2048 -r -p -u "$demo" | sed 's/^[^	]*	//' | grep -v '^\$' | sort > "$tmp/fls"
    check "ls lists what fls lists" diff "$tmp/fls" "$tmp/ls"
    fls -o 2048 -r -p -u "$demo" | grep '^r/r' | grep -v '	\$' | sed -n '1~7p' > "$tmp/some"
    while read -r _ address path; do
        icat -o 2048 "$demo" "${address%:}" > "$tmp/icat"
        run 0 "cat of $path" cat "$demo" "$path"
        check "$path is what icat gives" cmp "$tmp/out" "$tmp/icat"
    done < "$tmp/some"
    # ---- a $MFT without its volume: names and times speak, contents are not there
    icat -o 2048 "$demo" 0 > "$tmp/\$MFT"
    run 1 "scan of a lone MFT" scan -q "$tmp/\$MFT" -o "$tmp/mft-report"
    check "a lone MFT: Emotet by the name of its file" grep -q '"rule": "EMO-V1"' "$tmp/mft-report/findings.json"
    check "a lone MFT: no family is called absent" sh -c "! grep -q '\"scale\": \"S0\"' '$tmp/mft-report/findings.json'"
    check "a lone MFT: hives are not read" grep -q 'only .MFT is in the evidence' "$tmp/mft-report/records.jsonl"
    check "a lone MFT: no digest of what is not there" \
        sh -c "! grep 'SYSTEM\"' '$tmp/mft-report/records.jsonl' | grep -q sha256"
    check "a lone MFT: recipes show the entry" grep -q 'dd status=none bs=1024 skip=' "$tmp/mft-report/findings.json"
else
    skip "agreement with fls and icat" "they are missing"
fi
run 0 "ls of a folder" ls "$demo" Windows/Prefetch
check "only of that folder" sh -c "grep -v '^Windows/Prefetch' '$tmp/out' | wc -l | grep -qx 0"
check "with what is in it" grep -q 'BIDPTR.EXE-1C0F7A5B.pf' "$tmp/out"
run 0 "ls -l" ls -l "$demo" Users/user1/NTUSER.DAT
check "ls -l tells the MFT entry" grep -qE ' [0-9]+-[0-9]+ +Users/user1/NTUSER.DAT' "$tmp/out"
run 0 "ls -0" ls -0 "$demo" Users
check "ls -0 separates by NUL" sh -c "tr '\\0' '\\n' < '$tmp/out' | grep -qx Users/user1/NTUSER.DAT"
run 0 "ls --json" ls --json "$demo" Users/user1/NTUSER.DAT
check "ls --json gives objects" grep -q '^{"path":"Users/user1/NTUSER.DAT","size":' "$tmp/out"
run 0 "ls --deleted" ls --deleted "$demo"
run 3 "ls of nothing" ls "$tmp/nothing"
run 0 "cat in any case" cat "$demo" uSERS/USER1/ntuser.dat
run 3 "cat of a file that is not there" cat "$demo" Users/user1/nothing
run 3 "cat of a folder" cat "$demo" Users/user1
run 3 "cat of nothing" cat "$tmp/nothing" a
ls "$tmp/full" > "$tmp/dir"
run 0 "ls of a folder as evidence" ls "$tmp/full"
check "a folder is just another tree" cmp "$tmp/dir" "$tmp/out"
if [ -w /dev/full ]; then
    "$aftercheck" ls "$demo" > /dev/full 2> /dev/null
    check "output that cannot be written is an error" test $? -eq 70
fi

# ---- show
extract() { "$aftercheck" cat "$demo" "$1" > "$tmp/$2"; }
extract Users/user1/NTUSER.DAT NTUSER.DAT
extract Windows/Prefetch/BIDPTR.EXE-1C0F7A5B.pf BIDPTR.EXE-1C0F7A5B.pf
extract Windows/System32/Tasks/MsSystemWatcher MsSystemWatcher
extract Users/user1/AppData/Local/bidptr/bidptr.exe bidptr.exe
run 0 "show of a hive" show "$tmp/NTUSER.DAT"
run 0 "show --json of a hive" show --json "$tmp/NTUSER.DAT"
check "the Run value is there" grep -q '"kind":"autostart".*"name":"bidptr"' "$tmp/out"
run 0 "show --json --keys of a hive" show --json --keys "$tmp/NTUSER.DAT"
check "the root key is there" grep -q '"kind":"key","fields":{"path":"",' "$tmp/out"
check "values have their type and bytes" grep -q '"kind":"value".*"type":1,"data":"' "$tmp/out"
check "what rundll32 loaded out of a profile is a record with its file" grep -q \
    '"artefact":"prefetch-load","program":"RUNDLL32.EXE",.*"target":"Users/user2/AppData/Local/Ckninfwzsiy/ialkquzoobki.czi","target_state":"exists","target_file":"R-' \
    "$tmp/one/records.jsonl"
check "the programs of prefetch files are looked up" grep -q \
    '"artefact":"prefetch","program":"BIDPTR.EXE",.*"target_state":"exists"' "$tmp/one/records.jsonl"
run 0 "show --json of a prefetch file" show --json "$tmp/BIDPTR.EXE-1C0F7A5B.pf"
check "its run count" grep -q '"run_count":31' "$tmp/out"
run 0 "show --json of a task" show --json "$tmp/MsSystemWatcher"
check "its action" grep -q 'Identities1159371911' "$tmp/out"
run 0 "show of a program" show "$tmp/bidptr.exe"
run 0 "show --schema" show --schema
for kind in system account autostart task execution file listing source problem integrity provenance; do
    check "the schema of $kind" grep -qx "$kind" "$tmp/out"
done
run 3 "show of what is no artefact" show "$tmp/full/notes.txt"
run 3 "show of a folder" show "$tmp/full"
run 3 "show of nothing" show "$tmp/nothing"
run 0 "rules" rules
check "rules tell what they test" grep -q 'tests:' "$tmp/out"

# ---- recipes run as they stand in an empty folder
# run_recipes REPORT NAME: every recipe of its findings says something, and a digest is one that the records have
run_recipes()
{
    # every recipe is a line of its own, a JSON string
    sed -n '/"recipes": \[/,/\]/p' "$1/findings.json" | sed -n 's/^ *"\(.*\)",\{0,1\}$/\1/p' |
        sed 's/\\"/"/g; s/\\\\/\\/g' | sort -u > "$tmp/recipes"
    check "$2: there are recipes" test -s "$tmp/recipes"
    while read -r recipe; do
        rm -rf "$tmp/room"
        mkdir "$tmp/room"
        (cd "$tmp/room" && sh -c "$recipe") > "$tmp/recipe.log" 2>&1 < /dev/null
        status=$?
        case $recipe in
        *sha256sum*) grep -q "$(cut -c1-64 "$tmp/recipe.log")" "$1/records.jsonl" || status="$status, digest not in the records" ;;
        esac
        if [ "$status" = 0 ] && [ -s "$tmp/recipe.log" ]; then
            ok "$2, recipe: $(printf %s "$recipe" | tr -d '#' | cut -c1-100)"
        else
            { echo "status $status: $recipe"; cat "$tmp/recipe.log"; } > "$tmp/check.why"
            not_ok "$2, recipe" "$tmp/check.why"
        fi
    done < "$tmp/recipes"
}

if have icat fls fsstat reglookup sccainfo iconv evtxexport; then
    run_recipes "$tmp/one" "the demo"
    if have ewfexport ewfacquire; then
        # two partitions, both with the demo's volume, in a compressed E01 of several segments
        ewfexport -u -q -f raw -t "$tmp/single" "$demo" > /dev/null 2>&1
        dd if="$tmp/single.raw" of="$tmp/volume" bs=512 skip=2048 count=49152 status=none
        truncate -s $(((2048 + 2 * 49152) * 512)) "$tmp/double.raw"
        dd if="$tmp/single.raw" of="$tmp/double.raw" bs=512 count=1 conv=notrunc status=none
        # second entry of the table: type 7, sectors 51200 to 100351 (starting C800h, C000h long)
        printf '\000\000\000\000\007\000\000\000\000\310\000\000\000\300\000\000' |
            dd of="$tmp/double.raw" bs=1 seek=462 conv=notrunc status=none
        dd if="$tmp/volume" of="$tmp/double.raw" bs=512 seek=2048 conv=notrunc status=none
        dd if="$tmp/volume" of="$tmp/double.raw" bs=512 seek=51200 conv=notrunc status=none
        dd if=/dev/urandom of="$tmp/double.raw" bs=1M count=4 oflag=append conv=notrunc status=none
        ewfacquire -u -q -t "$tmp/double" -f encase6 -c deflate:best -b 64 -S 1MiB "$tmp/double.raw" > /dev/null 2>&1
        check "the E01 has several segments" test -f "$tmp/double.E02"
        run 1 "scan of a split E01 with two partitions" scan -q "$tmp/double.E01" -o "$tmp/double"
        check "both partitions have findings" sh -c \
            "grep -q '\"path\":\"Users/user1/NTUSER.DAT\".*' '$tmp/double/records.jsonl' &&
             grep -o '\"system\":\"p[12]/Windows\"' '$tmp/double/records.jsonl' | sort -u | wc -l | grep -qx 2"
        run_recipes "$tmp/double" "split E01, two partitions"
    else
        skip "recipes on a split E01" "ewfexport or ewfacquire is missing"
    fi
else
    skip "recipes" "one of icat fls fsstat reglookup sccainfo iconv evtxexport is missing"
fi

check "the evidence is as it was" test "$before" = "$(sha256sum < "$demo")"
finish
