#!/bin/sh
# Damaged and impossible evidence: a message with place and reason, a problem in the report, the rest
# examined, the right exit status, no hang, no unbounded memory, and the evidence as it was. Output: TAP.
# shellcheck source=tests/tap.sh
. "${AC_SRCDIR:-$(dirname "$0")/..}/tests/tap.sh"

MIB=1048576
volume=$MIB # where the one partition of the images built here begins
sectors=49152

# ---- images: the demo's tree, and what is left of it without anything to find

# image TREE RAW: an NTFS volume of that tree, behind an MBR, as testdata/build-demo makes it
image()
{
    truncate -s $((sectors * 512)) "$tmp/ntfs"
    wimcapture "$1" "$tmp/wim" --no-acls --compress=none &&
        mkntfs -F -Q -q -T -s 512 -p 2048 -H 255 -S 63 -L Windows "$tmp/ntfs" &&
        wimapply "$tmp/wim" 1 "$tmp/ntfs" || return 1
    truncate -s $((volume + sectors * 512)) "$2"
    printf '\001\002\003\004\000\000\200\040\041\000\007\001\001\001\000\010\000\000\000\300\000\000' |
        dd of="$2" bs=1 seek=440 conv=notrunc
    printf '\125\252' | dd of="$2" bs=1 seek=510 conv=notrunc
    dd if="$tmp/ntfs" of="$2" bs=1M seek=1 conv=notrunc,sparse
    rm -f "$tmp/ntfs" "$tmp/wim"
} > "$tmp/image.log" 2>&1

# write FILE OFFSET: standard input over the bytes there
write()
{
    dd of="$1" bs=512 seek="$2" oflag=seek_bytes conv=notrunc 2> /dev/null
}

# flip FILE OFFSET: one bit there
flip()
{
    byte=$(od -An -tu1 -j"$2" -N1 "$1")
    # shellcheck disable=SC2059
    printf "\\$(printf %o $((byte ^ 1)))" | write "$1" "$2"
}

noise()
{
    # the same every time, incompressible, no magic number in front
    openssl enc -aes-128-ctr -nosalt -K 00112233445566778899aabbccddeeff \
        -iv 00000000000000000000000000000000 -in /dev/zero 2> /dev/null | head -c "$1"
}

# examine STATUS NAME EVIDENCE [OPTION...]: scan, into $tmp/report; the evidence must be as it was
examine()
{
    want_status=$1 what=$2 evidence=$3
    shift 3
    rm -rf "$tmp/report"
    before=$(find "$evidence" -type f -exec sha256sum {} + 2> /dev/null | sort | sha256sum)
    run "$want_status" "$what" scan "$evidence" -o "$tmp/report" "$@"
    after=$(find "$evidence" -type f -exec sha256sum {} + 2> /dev/null | sort | sha256sum)
    check "$what: the evidence is as it was" test "$before" = "$after"
    check "$what: there is a report" test -s "$tmp/report/report.en.txt" -a -s "$tmp/report/report.ja.txt"
    check "$what: the report folder is whole" "$aftercheck" verify "$tmp/report"
}

# problem WHERE WHAT: findings.json has that problem (extended regular expressions), and so has the screen
problem()
{
    # shellcheck disable=SC2016
    check "$what: problem at $1" awk -v where="$1" -v what="$2" '
        /^ "problems": \[/ { inside = 1 }
        inside && /"where":/ { place = $0 }
        inside && /"what":/ && $0 ~ what && place ~ (where "\"") { found = 1 }
        /^ \]/ { inside = 0 }
        END { exit !found }' "$tmp/report/findings.json"
    check "$what: said on the screen" grep -qE "$2" "$tmp/err"
}

# source_is NAME READ: a row of the coverage table
source_is()
{
    check "$what: $1 read: $2" grep -qE \
        "\"kind\":\"source\".*\"name\":\"$1\".*\"read\":\"$2\"" "$tmp/report/records.jsonl"
}

found() { check "$what: $1 is found" grep -qE "\"kind\":\"autostart\".*\"name\":\"$1\"" "$tmp/report/records.jsonl"; }

# never_clean: no rule says "not found" about anything
never_clean()
{
    check "$what: no rule says not found" has_not "$tmp/report/findings.json" '"result": "not-found"'
}

# ---- what is no evidence at all

nothing()
{
    : > "$tmp/empty"
    examine 3 "zero-length file" "$tmp/empty"
    problem empty "is empty"
    mkdir "$tmp/folder"
    examine 2 "empty folder" "$tmp/folder"
    never_clean
    mkdir -p "$tmp/folder2/a/b"
    echo text > "$tmp/folder2/a/b/notes.txt"
    examine 2 "folder without anything of Windows" "$tmp/folder2"
    never_clean
    mkfifo "$tmp/pipe"
    examine 3 "FIFO" "$tmp/pipe"
    problem pipe "neither a file nor a block device"
    examine 3 "character device" /dev/zero
    problem zero "neither a file nor a block device"
    examine 3 "path that is not there" "$tmp/nowhere"
    problem nowhere "No such file"
    examine 3 "path through a file" "$tmp/empty/x"
    problem x "Not a directory"
    if [ "$(id -u)" -ne 0 ]; then
        noise 1000 > "$tmp/secret"
        chmod 0 "$tmp/secret"
        examine 3 "unreadable file" "$tmp/secret"
        problem secret "Permission denied"
    else
        skip "unreadable file" "root may read everything"
    fi
    noise $MIB > "$tmp/random.raw"
    examine 3 "1 MiB of random bytes as image" "$tmp/random.raw"
    problem random.raw "neither a partition table nor a file system"
    head -c $MIB /dev/zero > "$tmp/zero.raw"
    examine 3 "1 MiB of zeros as image" "$tmp/zero.raw"
    head -c 20 "$demo" > "$tmp/head.E01"
    examine 3 "20 bytes of an E01" "$tmp/head.E01"
    problem head.E01 "truncated"
    for command in ls verify show; do
        run 3 "$command of a zero-length file" $command "$tmp/empty"
        check "$command says that it is empty" grep -qE "empty|0 bytes|no artefact" "$tmp/err"
    done
    run 3 "cat out of a zero-length file" cat "$tmp/empty" a
    run 3 "ls of a FIFO" ls "$tmp/pipe"
    run 3 "show of a FIFO" show "$tmp/pipe"
    run 3 "verify of a FIFO" verify "$tmp/pipe"
    run 3 "collect of a zero-length file" collect "$tmp/empty" -o "$tmp/empty.jsonl"
}

# ---- each artefact as 1 MiB of random bytes, alone

random_artefacts()
{
    mkdir "$tmp/random"
    for name in SYSTEM SOFTWARE NTUSER.DAT CALC.EXE-00000000.pf Task; do
        noise $MIB > "$tmp/random/$name"
        examine 3 "random bytes as $name" "$tmp/random/$name"
        problem "$name" "neither a partition table|no artefact|could not be read as what"
        run 3 "show of random bytes as $name" show --json "$tmp/random/$name"
        for magic in regf MAM\\004 SCCA '<?xml version="1.0"?><Task>'; do
            # shellcheck disable=SC2059
            printf "$magic" > "$tmp/random/with-magic-$name"
            noise $MIB >> "$tmp/random/with-magic-$name"
        done
    done
    examine 2 "a folder of nothing but random artefacts" "$tmp/random"
    never_clean
    for magic in regf MAM\\004 '\021\000\000\000SCCA' '<?xml version="1.0"?><Task>'; do
        # shellcheck disable=SC2059
        { printf "$magic"; noise $MIB; } > "$tmp/magic"
        rm -rf "$tmp/report"
        (exec timeout 60 "$aftercheck" scan -q "$tmp/magic" -o "$tmp/report") > /dev/null 2>&1
        status=$?
        check "random bytes behind a magic number: status $status is 2 or 3" \
            test $status -eq 2 -o $status -eq 3
        check "and a problem" has "$tmp/report/findings.json" '"what":'
    done
}

# ---- cut images

cut_images()
{
    run 0 "the clean disk" scan -q "$tmp/clean.raw" -o "$tmp/clean.report"
    for size in $((volume + 20 * MIB)) $((volume + 12 * MIB)) $((volume + 2 * MIB)); do
        cp "$tmp/clean.raw" "$tmp/cut.raw"
        truncate -s "$size" "$tmp/cut.raw"
        examine 2 "raw image cut at $size" "$tmp/cut.raw"
        problem "NTFS" "the image ends after"
        never_clean
        run 2 "ls of a raw image cut at $size" ls "$tmp/cut.raw"
    done
    mft=$((volume + $(od -An -tu8 -j$((volume + 48)) -N8 "$tmp/clean.raw") * 4096))
    for records in 30 1 0; do
        cp "$tmp/clean.raw" "$tmp/cut.raw"
        truncate -s $((mft + records * 1024 + 100)) "$tmp/cut.raw"
        case $records in
        30) examine 2 "raw image cut in record $records of its MFT" "$tmp/cut.raw" ;;
        *) examine_either "raw image cut in record $records of its MFT" "$tmp/cut.raw" ;;
        esac
        problem "NTFS|MFT" "end|truncated|missing|behind|no boot sector"
        never_clean
    done
    cp "$tmp/clean.raw" "$tmp/cut.raw"
    truncate -s $((volume - 100)) "$tmp/cut.raw"
    examine 3 "raw image cut before its partition" "$tmp/cut.raw"
    problem cut.raw "no volume of it could be examined"
    truncate -s 300 "$tmp/cut.raw"
    examine 3 "raw image cut in its partition table" "$tmp/cut.raw"
}

# examine_either NAME EVIDENCE: nothing usable (3) or incomplete (2), as the case may be
examine_either()
{
    what=$1
    rm -rf "$tmp/report"
    (exec timeout 60 "$aftercheck" scan "$2" -o "$tmp/report") > "$tmp/out" 2> "$tmp/err"
    status=$?
    check "$what: status $status is 2 or 3" test $status -eq 2 -o $status -eq 3
}

# ---- E01: cut, split, one byte wrong

# gap OFFSET LENGTH: the integrity record has that range
gap()
{
    check "$what: $2 bytes at $1 are unreadable" grep -qE \
        "\"kind\":\"integrity\".*\"unreadable\":\[\{\"offset\":$1,\"length\":$2," \
        "$tmp/report/records.jsonl"
}

# in_e01 FILE OFFSET: where the byte of the disk lies in an E01 of plain chunks of 32 KiB
in_e01()
{
    data=$(($(grep -abo 'sectors' "$1" | head -n 1 | cut -d: -f1) + 76))
    # shellcheck disable=SC2017
    echo $((data + $2 / 32768 * 32772 + $2 % 32768))
}

# artefact NAME: its offset on the clean disk
artefact()
{
    grep '"kind":"source"' "$tmp/clean.report/records.jsonl" | grep "\"path\":\"$1\"" |
        sed -n 's/.*"artefact_offset":\([0-9]*\).*/\1/p' | head -n 1
}

e01_images()
{
    ewfacquire -u -q -t "$tmp/plain" -f encase6 -c none -b 64 -S 1GiB "$tmp/clean.raw" > "$tmp/log" 2>&1
    examine 0 "the clean disk as E01" "$tmp/plain.E01"
    check "its hashes match" has "$tmp/report/findings.json" '"MATCH"'

    cp "$tmp/plain.E01" "$tmp/flip.E01"
    flip "$tmp/flip.E01" "$(in_e01 "$tmp/flip.E01" $((mft + 40 * 1024 + 100)))"
    examine 2 "E01 with a wrong byte in its MFT" "$tmp/flip.E01"
    gap $(((mft + 40 * 1024 + 100) / 32768 * 32768)) 32768
    problem 'MFT' "missing|unreadable|cannot be read|not on the evidence|damaged"
    source_is 'p1: NTFS' partial
    never_clean
    cp "$tmp/report/findings.json" "$tmp/result.mft"

    hive=$(artefact Windows/System32/config/SOFTWARE)
    cp "$tmp/plain.E01" "$tmp/flip.E01"
    flip "$tmp/flip.E01" "$(in_e01 "$tmp/flip.E01" $((hive + 4096 + 50)))"
    examine 2 "E01 with a wrong byte in a hive" "$tmp/flip.E01"
    problem 'config/SOFTWARE' "missing on the evidence"
    source_is 'Windows/System32/config/SOFTWARE' '(partial|no)'
    source_is 'p1: NTFS' complete
    cp "$tmp/report/findings.json" "$tmp/result.hive"
    run 2 "cat of the damaged hive" cat "$tmp/flip.E01" Windows/System32/config/SOFTWARE
    check "cat says where" grep -q 'chunk' "$tmp/err"

    cp "$tmp/plain.E01" "$tmp/flip.E01"
    flip "$tmp/flip.E01" "$(in_e01 "$tmp/flip.E01" $((volume + 20 * MIB + 1000)))"
    examine 2 "E01 with a wrong byte in unused space" "$tmp/flip.E01"
    gap $(((volume + 20 * MIB + 1000) / 32768 * 32768)) 32768
    check "$what: nothing else is amiss" has "$tmp/report/findings.json" '"problems": []'
    cp "$tmp/report/findings.json" "$tmp/result.unused"
    run 2 "verify of that image" verify "$tmp/flip.E01"
    for pair in "mft hive" "hive unused" "mft unused"; do
        check "different results: $pair" sh -c "! cmp -s '$tmp/result.${pair% *}' '$tmp/result.${pair#* }'"
    done
    cp "$tmp/plain.E01" "$tmp/flip.E01"
    flip "$tmp/flip.E01" "$(in_e01 "$tmp/flip.E01" 100)"
    examine 2 "E01 with a wrong byte in its first chunk" "$tmp/flip.E01"
    problem flip.E01 "the partition table cannot be read"
    gap 0 32768
    cp "$tmp/clean.raw" "$tmp/both.raw"
    truncate -s $((volume + (sectors - 4) * 512)) "$tmp/both.raw"
    ewfacquire -u -q -t "$tmp/short" -f encase6 -c none -b 64 -S 1GiB "$tmp/both.raw" > "$tmp/log" 2>&1
    flip "$tmp/short.E01" "$(in_e01 "$tmp/short.E01" 100)"
    examine 3 "the same with nothing that stands in for the table" "$tmp/short.E01"
    problem short.E01 "the beginning of the image.*chunk 0"

    size=$(stat -c %s "$tmp/plain.E01")
    cp "$tmp/plain.E01" "$tmp/flip.E01"
    truncate -s $((size / 2)) "$tmp/flip.E01"
    examine 3 "single E01 cut in half" "$tmp/flip.E01"
    problem flip.E01 "segment flip.E01 is truncated"
    truncate -s 1000 "$tmp/flip.E01"
    examine 3 "single E01 cut after its headers" "$tmp/flip.E01"
    problem flip.E01 "truncated"

    ewfacquire -u -q -t "$tmp/split" -f encase6 -c none -b 64 -S 5MiB "$tmp/clean.raw" > "$tmp/log" 2>&1
    examine 0 "the clean disk as split E01" "$tmp/split.E01"
    last=$(find "$tmp" -name 'split.E*' | sort | tail -n 1)
    for gone in "$last" "$tmp/split.E03"; do
        mv "$gone" "$tmp/aside"
        examine 2 "split E01 without $(basename "$gone")" "$tmp/split.E01"
        problem split.E01 "segment $(basename "$gone") is missing"
        run 2 "verify without $(basename "$gone")" verify "$tmp/split.E01"
        run 2 "ls without $(basename "$gone")" ls "$tmp/split.E01"
        mv "$tmp/aside" "$gone"
    done
    mv "$tmp/split.E02" "$tmp/aside"
    mv "$tmp/split.E03" "$tmp/split.E02"
    mv "$tmp/aside" "$tmp/split.E03"
    examine 2 "split E01 with two segments swapped" "$tmp/split.E01"
    problem split.E01 "segment split.E02 is misplaced"
    examine 3 "a later segment of a split E01" "$tmp/split.E02"
    problem split.E02 "name the first segment"
}

# ---- NTFS without what it begins with

ntfs_damage()
{
    # of the demo: what is found must still be found
    cp "$tmp/demo.raw" "$tmp/bad.raw"
    head -c 512 /dev/zero | write "$tmp/bad.raw" $volume
    examine 1 "destroyed boot sector" "$tmp/bad.raw"
    problem "boot|NTFS|Boot" "boot sector"
    found bidptr
    cp "$tmp/clean.raw" "$tmp/bad.raw"
    head -c 512 /dev/zero | write "$tmp/bad.raw" $volume
    examine 2 "destroyed boot sector, nothing to find" "$tmp/bad.raw"
    problem "boot|NTFS|Boot" "boot sector"
    root=$((volume + $(od -An -tu8 -j$((volume + 48)) -N8 "$tmp/demo.raw") * 4096 + 5 * 1024))
    cp "$tmp/demo.raw" "$tmp/bad.raw"
    head -c 1024 /dev/zero | write "$tmp/bad.raw" "$root"
    examine 1 "destroyed root record" "$tmp/bad.raw"
    problem '.*' "root|record 5|entry 5"
    found bidptr
    head -c 512 /dev/zero | write "$tmp/bad.raw" $volume
    examine 1 "destroyed root record and boot sector" "$tmp/bad.raw"
    found bidptr
    cp "$tmp/clean.raw" "$tmp/bad.raw"
    head -c 1024 /dev/zero | write "$tmp/bad.raw" "$root"
    head -c 512 /dev/zero | write "$tmp/bad.raw" $volume
    examine 2 "destroyed root record and boot sector, nothing to find" "$tmp/bad.raw"
    head -c 512 /dev/zero | write "$tmp/bad.raw" $((volume + (sectors - 1) * 512))
    head -c 65536 /dev/zero | write "$tmp/bad.raw" "$((root - 5 * 1024))"
    examine_either "destroyed boot sectors and MFT" "$tmp/bad.raw"
}

# ---- artefacts that are damaged inside an image

# variant NAME: an image of the tree as it is now, then the tree as it was
variant()
{
    image "$tmp/tree" "$tmp/variant.raw" || return 1
    rm -rf "$tmp/tree"
    cp -a "$tmp/tree.kept" "$tmp/tree"
}

damaged_artefacts()
{
    rm "$tmp/tree/Users/user3/ntuser.dat.LOG1" # it holds what is cut off below
    cp -a "$tmp/tree" "$tmp/tree.kept"
    hive=$tmp/tree/Users/user3/NTUSER.DAT
    truncate -s $(($(stat -c %s "$hive") / 2)) "$hive"
    variant
    examine 1 "hive cut in half" "$tmp/variant.raw"
    problem 'Users/user3/NTUSER.DAT' "."
    source_is 'Users/user3/NTUSER.DAT' '(partial|no)'
    source_is 'Users/user1/NTUSER.DAT' complete
    found bidptr
    found ialkquzoobki.czi
    for path in Windows/System32/config/SYSTEM Windows/System32/config/SOFTWARE \
        Windows/System32/config/SAM Users/user3/NTUSER.DAT \
        Windows/Prefetch/NOTEPAD.EXE-D8414F97.pf Windows/System32/Tasks/MsSystemWatcher; do
        noise $MIB > "$tmp/tree/$path"
    done
    variant
    examine 1 "random bytes as every other artefact" "$tmp/variant.raw"
    for path in config/SYSTEM config/SOFTWARE config/SAM user3/NTUSER.DAT NOTEPAD.EXE-D8414F97.pf \
        Tasks/MsSystemWatcher; do
        problem "$path" "."
        source_is "[^\"]*$path" no
    done
    found bidptr
    found ialkquzoobki.czi
    for path in Windows/System32/config/SYSTEM Users/user3/NTUSER.DAT \
        Windows/Prefetch/NOTEPAD.EXE-D8414F97.pf Windows/System32/Tasks/MsSystemWatcher; do
        : > "$tmp/tree/$path"
    done
    variant
    examine 1 "empty files as artefacts" "$tmp/variant.raw"
    for path in config/SYSTEM user3/NTUSER.DAT NOTEPAD.EXE-D8414F97.pf Tasks/MsSystemWatcher; do
        problem "$path" "."
    done
    found bidptr
    # the same artefacts as a folder
    noise $MIB > "$tmp/tree/Users/user3/NTUSER.DAT"
    examine 1 "folder with random bytes as a hive" "$tmp/tree"
    problem 'Users/user3/NTUSER.DAT' "."
    found bidptr
}

# ---- volumes that are not read

encrypted_volumes()
{
    head -c $((4 * MIB)) /dev/zero > "$tmp/fve.raw"
    printf '\353\130\220-FVE-FS-' | write "$tmp/fve.raw" 0
    examine 3 "only a BitLocker volume" "$tmp/fve.raw"
    problem fve.raw "no volume of it could be examined"
    check "$what: what it is and what to do" \
        grep -q 'encrypted with BitLocker.*unlock' "$tmp/report/records.jsonl"
    never_clean
    run 3 "ls of it" ls "$tmp/fve.raw"
    # a second partition of type 7 behind the first
    cp "$tmp/clean.raw" "$tmp/both.raw"
    truncate -s $((volume + sectors * 512 + 4 * MIB)) "$tmp/both.raw"
    printf '\000\001\001\001\007\001\001\001\000\310\000\000\000\040\000\000' |
        write "$tmp/both.raw" $((446 + 16))
    printf '\353\130\220-FVE-FS-' | write "$tmp/both.raw" $((volume + sectors * 512))
    examine 2 "a BitLocker volume beside a clean one" "$tmp/both.raw"
    source_is 'p2: BitLocker' no
    source_is 'Windows/System32/config/SOFTWARE' complete
    run 2 "ls of both" ls "$tmp/both.raw"
}

nothing
random_artefacts
if have mkntfs wimcapture wimapply openssl && [ -x "$builddir/tests/build_demo" ]; then
    mkdir "$tmp/tree"
    "$builddir/tests/build_demo" "$tmp/tree"
    cp -a "$tmp/tree" "$tmp/clean"
    rm -rf "$tmp/clean/Users/user"[123] "$tmp/clean/Windows/System32/Tasks/MsSystemWatcher" \
        "$tmp/clean/Windows/Prefetch/BIDPTR"* "$tmp/clean/Windows/Prefetch/RUNDLL32"* \
        "$tmp/clean/Windows/Prefetch/SFC8B4"*
    # its log tells of the task; another log in its place does not
    logs=$tmp/clean/Windows/System32/winevt/Logs
    cp "$logs/Application.evtx" "$logs/Microsoft-Windows-TaskScheduler%4Operational.evtx"
    check "build the images" image "$tmp/tree" "$tmp/demo.raw"
    check "build the clean image" image "$tmp/clean" "$tmp/clean.raw"
    printf '\246\030\057\344\303\241\320\122' | write "$tmp/demo.raw" $((volume + 72))
    printf '\246\030\057\344\303\241\320\122' | write "$tmp/demo.raw" $((volume + (sectors - 1) * 512 + 72))
    cut_images
    if have ewfacquire; then
        e01_images
    else
        skip "damaged E01 images" "ewfacquire is missing"
    fi
    ntfs_damage
    encrypted_volumes
    damaged_artefacts
else
    skip "damaged images" "mkntfs, wimlib or openssl is missing"
fi
finish
