#!/bin/sh
# What humans say of a case, by file and by option: in the report as written, or refused before any work. Output: TAP.
# shellcheck source=tests/tap.sh
. "${AC_SRCDIR:-$(dirname "$0")/..}/tests/tap.sh"

run 1 "records of the demo" scan -q --no-verify "$demo" -o "$tmp/records"
records=$tmp/records/records.jsonl

# refused FILE WORDS: status 64, the words on stderr, nothing written
refused()
{
    run 64 "refused: $2" report -q "$records" --case-file "$1" -o "$tmp/x"
    check "and said: $2" has "$tmp/err" "$2"
    check "and nothing was written" test ! -e "$tmp/x"
}

# ---- lines
printf '\357\273\277# of the police\n; and of the laboratory\r\n[case]\r\n\nrequester = Example Police = Cyber\r\nquestion=Was it Emotet?\n  What came behind it?\n\tWhen?\nauthority =   Warrant 12\ncustody=\nscope = caf\351\n' > "$tmp/case.ini"
run 1 "a case file of lines" report -q "$records" --case-file "$tmp/case.ini" --examiner "Example Examiner" \
    --case-field "organisation=Example Laboratory" --case-field "authority=Warrant 13" --case-field "authority=Warrant 14" \
    -o "$tmp/lines"
report=$tmp/lines/report.en.txt
check "a text may hold =" has "$report" "Requester: Example Police = Cyber"
check "lines go on" has "$report" "Question asked: Was it Emotet?"
check "with lines of their own" grep -qE '^ +[0-9]+   What came behind it[?]$' "$report"
check "also behind a tab" grep -qE '^ +[0-9]+   When\?$' "$report"
check "an option wins, the last one" has "$report" "Legal authority: Warrant 14"
check "a field by option" has "$report" "Organisation: Example Laboratory"
check "an empty field is not supplied" grep -qi 'custody.*Not supplied' "$report"
check "bytes that are no UTF-8 are shown" has "$report" 'Scope: caf\x{E9}'
check "the file is named with its digest" has "$report" "case.ini"
check "which is right" sh -c "tr -d ' \n' < '$report' | grep -q $(sha256sum "$tmp/case.ini" | cut -c1-32)"
check "in Japanese too" has "$tmp/lines/report.ja.txt" "Warrant 14"

printf '  # before any field\nscope = disks\n  #1 of the laptop\n# a comment\n\t;2 beside it\n' > "$tmp/numbers.ini"
run 1 "a text with number signs" report -q "$records" --case-file "$tmp/numbers.ini" -o "$tmp/numbers"
check "nothing of it is dropped" has "$tmp/numbers/report.en.txt" "#1 of the laptop"
check "nor of it" has "$tmp/numbers/report.en.txt" ";2 beside it"
check "comments are" sh -c "! grep -qE 'a comment|before any' '$tmp/numbers/report.en.txt'"

# ---- JSON
printf ' {"case_id": "2021-7", "question": "Was it\\nEmotet?"}' > "$tmp/case.json"
run 1 "a case file in JSON" report -q "$records" --case-file "$tmp/case.json" -o "$tmp/json"
check "its text" has "$tmp/json/report.en.txt" "Case ID: 2021-7"
check "of two lines" has "$tmp/json/report.en.txt" "Question asked: Was it"
: > "$tmp/empty"
run 1 "an empty one" report -q "$records" --case-file "$tmp/empty" -o "$tmp/none"
check "supplies nothing" has "$tmp/none/report.en.txt" "Legal authority: Not supplied"

# ---- refused
printf 'case_id = 1\nexaminr = x\n' > "$tmp/bad"
refused "$tmp/bad" 'line 2: "examinr" is no field'
printf 'case_id = 1\n\n\ncase_id = 2\n' > "$tmp/bad"
refused "$tmp/bad" "line 4: case_id is given twice"
printf 'case_id\n' > "$tmp/bad"
refused "$tmp/bad" "line 1: is not of the form"
printf ' = x\n' > "$tmp/bad"
refused "$tmp/bad" 'line 1: "" is no field'
printf '[other]\ncase_id = 1\n' > "$tmp/bad"
refused "$tmp/bad" "line 1: is not of the form"
printf '{"case_id": 1}' > "$tmp/bad"
refused "$tmp/bad" "is no text"
printf '{"case_id": "1", "examinr": "x"}' > "$tmp/bad"
refused "$tmp/bad" '"examinr" is no field'
printf '{"case_id": "1", "case_id": "2"}' > "$tmp/bad"
refused "$tmp/bad" "not JSON"
printf '{"case_id": "1"' > "$tmp/bad"
refused "$tmp/bad" "not JSON"
head -c 70000 /dev/zero | tr '\0' '#' > "$tmp/bad"
refused "$tmp/bad" "larger than a case file may be"
refused "$tmp/nowhere" "No such file"
refused "$tmp" "could not be read"
run 64 "a field that is not known" scan -q "$demo" --case-field "examinr=x" -o "$tmp/x"
check "is named" has "$tmp/err" '"examinr" is no field'
run 64 "a field without text" scan -q "$demo" --case-field examiner -o "$tmp/x"
run 64 "collect knows no case" collect -q "$demo" --case 1 -o "$tmp/x"
check "and nothing was written" test ! -e "$tmp/x"

finish
