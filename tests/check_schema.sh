#!/bin/sh
# The JSON Schemas that the program prints, with an independent validator (python3-jsonschema): what it writes fits,
# what was broken on purpose does not. Output: TAP.
# shellcheck source=tests/tap.sh
. "${AC_SRCDIR:-$(dirname "$0")/..}/tests/tap.sh"

# Debian's own, if another one in the path has no jsonschema
for python in python3 /usr/bin/python3; do
    have "$python" && "$python" -c 'from jsonschema import Draft202012Validator' 2> /dev/null && break
    python=
done

valid() { "$python" "$srcdir/tests/validate.py" "$tmp/$1.schema.json" "$2"; }
invalid() { ! valid "$@"; }

# broken NAME SED-SCRIPT: a change of the demo's records that the schema must not let pass
broken()
{
    sed "$2" "$tmp/demo/records.jsonl" > "$tmp/broken.jsonl"
    if cmp -s "$tmp/broken.jsonl" "$tmp/demo/records.jsonl"; then
        not_ok "records, $1: nothing was changed"
    else
        check "records, $1: refused" invalid records "$tmp/broken.jsonl"
    fi
}

broken_findings()
{
    sed "$2" "$tmp/demo/findings.json" > "$tmp/broken.json"
    if cmp -s "$tmp/broken.json" "$tmp/demo/findings.json"; then
        not_ok "findings, $1: nothing was changed"
    else
        check "findings, $1: refused" invalid findings "$tmp/broken.json"
    fi
}

for of in records findings; do
    run 0 "schema of $of" show --json-schema=$of
    cp "$tmp/out" "$tmp/$of.schema.json"
    check "$of: the file that is installed is the same" cmp "$tmp/out" "$builddir/schema/$of.schema.json"
done
run 64 "schema of something else" show --json-schema=nothing

run 1 "scan of the demo" scan -q "$demo" -o "$tmp/demo"
head -c 150000 "$demo" > "$tmp/cut.E01"
run 3 "scan of a part of it, without its end" scan -q "$tmp/cut.E01" -o "$tmp/cut"
check "that has problems" has "$tmp/cut/records.jsonl" '"kind":"problem"'
run 1 "report without its run" report -q "$tmp/demo/records.jsonl" -o "$tmp/again"

stix() { python3 "$srcdir/tests/check_stix.py" "$1/stix.json" "$1/records.jsonl" "$1/findings.json"; }
# Debian's own python3 first: it may have rdflib
case_python=$([ -x /usr/bin/python3 ] && echo /usr/bin/python3 || echo python3)
case_uco() { "$case_python" "$srcdir/tests/check_case.py" "$1/case.jsonld" "$1/records.jsonl" "$1/findings.json"; }
broken_case()
{
    sed "$2" "$tmp/demo/case.jsonld" > "$tmp/broken/case.jsonld"
    if cmp -s "$tmp/broken/case.jsonld" "$tmp/demo/case.jsonld"; then
        not_ok "case.jsonld, $1: nothing was changed"
    else
        check "case.jsonld, $1: refused" not case_uco "$tmp/broken"
    fi
}
broken_stix()
{
    sed "$2" "$tmp/demo/stix.json" > "$tmp/broken/stix.json"
    if cmp -s "$tmp/broken/stix.json" "$tmp/demo/stix.json"; then
        not_ok "stix.json, $1: nothing was changed"
    else
        check "stix.json, $1: refused" not stix "$tmp/broken"
    fi
}
not() { ! "$@"; }
run 1 "two evidence items" scan -q "$demo" "$demo" -o "$tmp/two"
run 1 "the demo again" scan -q "$demo" -o "$tmp/twice"
check "stix.json is the same in every run" cmp "$tmp/demo/stix.json" "$tmp/twice/stix.json"
check "and made of the records alone" cmp "$tmp/demo/stix.json" "$tmp/again/stix.json"
check "case.jsonld is the same in every run" cmp "$tmp/demo/case.jsonld" "$tmp/twice/case.jsonld"
check "and made of the records alone" cmp "$tmp/demo/case.jsonld" "$tmp/again/case.jsonld"
# what ends a string of a pattern, a line of the terminal, and what is no UTF-8 text as it was stored
sed "s/bidptr/b'\\\\u001b[31m\\\\u202e] OR \\\\\\\\x{FF}/g" "$tmp/demo/records.jsonl" > "$tmp/hostile.jsonl"
run 1 "report on hostile names" report -q "$tmp/hostile.jsonl" -o "$tmp/hostile"
if have python3; then
    for report in demo cut two hostile; do
        check "$report: stix.json fits" stix "$tmp/$report"
        check "$report: case.jsonld fits" case_uco "$tmp/$report"
    done
    check "nothing found: no indicator" has_not "$tmp/cut/stix.json" '"indicator"'
    check "but a note of what was examined" has "$tmp/cut/stix.json" '"note"'
    mkdir "$tmp/broken" && cp "$tmp/demo/records.jsonl" "$tmp/demo/findings.json" "$tmp/broken"
    broken_stix "another name, same id" 's/"bidptr.exe"/"bidptr.exf"/'
    broken_stix "a reference to nothing" '0,/"source_ref": "indicator--./s//"source_ref": "indicator--x/'
    broken_stix "a pattern without its end" '0,/"pattern": "\(.*\)\]"/s//"pattern": "\1"/'
    broken_stix "a quote in a pattern" "0,/'bidptr'/s//'bid'ptr'/"
    broken_stix "a time without milliseconds" '0,/"created": "2021\(.*\)\.[0-9]*Z"/s//"created": "2021\1Z"/'
    broken_stix "a property of our own" 's/"is_family"/"is_ours"/'
    broken_case "a class that there is not" 's/WindowsRegistryKeyFacet/RegistryKeyFacet/'
    broken_case "a property of another class" 's/uco-observable:fileName/uco-observable:key/'
    broken_case "a number where a text belongs" 's/"uco-types:hashMethod": "MD5"/"uco-types:hashMethod": 5/'
    broken_case "a time without zone" 's/\("@value": "20[^"]*\)Z"/\1"/'
    broken_case "a statement that is not that of the finding" 's/derives exactly this name/derives this name/'
    broken_case "a relation that is none" 's/"uco-core:target"/"uco-core:object"/'
    broken_case "no exhibit number" 's/"case-investigation:exhibitNumber": "E1"/"case-investigation:exhibitNumber": "E2"/'
    broken_stix "another record" 's/"R-000036"/"R-000035"/'
else
    skip "stix.json and case.jsonld fit" "there is no python3"
fi
if [ -z "$python" ]; then
    skip "validation" "python3-jsonschema is not installed"
    finish
    exit
fi
run 0 "redaction of the demo's report" redact -q "$tmp/demo" -o "$tmp/redacted" --accounts
for file in stix.json case.jsonld; do
    check "$file, which has guessable ids, is not part of the copy" test ! -e "$tmp/redacted/$file"
    check "$file is told to be left out" has "$tmp/redacted/redaction.json" "\"$file\""
done
for report in demo cut again redacted; do
    check "$report: every record fits" valid records "$tmp/$report/records.jsonl"
    check "$report: findings.json fits" valid findings "$tmp/$report/findings.json"
done
broken "a text where a number belongs" 's/"run_count":\([0-9]*\)/"run_count":"\1"/'
broken "a field that there is not" 's/"run_count":/"runs":/'
broken "a field of another kind" 's/"kind":"execution","fields":{/&"mechanism":"run",/'
broken "a kind that there is not" 's/"kind":"task"/"kind":"tasks"/'
broken "a time without zone" 's/\("key_last_written":"[^"]*\)Z"/\1"/'
broken "no provenance" 's/,"provenance":.*/}/'
broken "an id of another form" 's/"id":"R-000010"/"id":"10"/'
broken "a header of another version" 's/aftercheck-records\/1/aftercheck-records\/2/'
broken_findings "a strength that there is not" 's/"strong"/"certain"/'
broken_findings "a scale that there is not" 's/"S4"/"S5"/'
broken_findings "no conclusions" 's/"conclusions"/"conclusion"/'
broken_findings "a record that is no id" 's/"R-000036"/36/'
broken_findings "a result that there is not" 's/"not-found"/"clean"/'
finish
