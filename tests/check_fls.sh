#!/bin/sh
# What our trees list, and the contents they give, against The Sleuth Kit's fls and icat.
# Every difference that is allowed is listed below with its reason; any other one fails. Output: TAP.
set -u
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/sbin:/sbin
builddir=${AC_BUILDDIR:-.}
srcdir=${AC_SRCDIR:-.}
realdata=${AFTERCHECK_REALDATA:-$srcdir/../shared/realdata}
list=$builddir/tests/list_tree
tmp=$(mktemp -d "${TMPDIR:-/tmp}/aftercheck-fls-XXXXXX") || exit 99
trap 'rm -rf "$tmp"' EXIT
n=0

ok()
{
    n=$((n + 1))
    echo "ok $n - $1"
}

not_ok()
{
    n=$((n + 1))
    echo "not ok $n - $1"
    sed 's/^/# /' "$2" | head -40
}

skip()
{
    n=$((n + 1))
    echo "ok $n - $1 # SKIP $2"
}

have()
{
    for tool; do
        command -v "$tool" > /dev/null 2>&1 || return 1
    done
}

# Lines of $2 are: side ('<' only fls, '>' only we), path, '#' reason.
allowed_ntfs()
{
    cat <<'END'
> $Extend/$ObjId # has no unnamed $DATA: fls shows its index root as a stream only
> $Extend/$Quota # the same
> $Extend/$Reparse # the same
> $Secure # has no unnamed $DATA: fls shows its streams only
< $OrphanFiles # the virtual folder itself is no file
< $OrphanFiles/OrphanFile-16 # reserved entries 16 to 23: never a file, never a name
< $OrphanFiles/OrphanFile-17 # the same
< $OrphanFiles/OrphanFile-18 # the same
< $OrphanFiles/OrphanFile-19 # the same
< $OrphanFiles/OrphanFile-20 # the same
< $OrphanFiles/OrphanFile-21 # the same
< $OrphanFiles/OrphanFile-22 # the same
< $OrphanFiles/OrphanFile-23 # the same
END
}

allowed_fat()
{
    cat <<'END'
< $MBR # made up by TSK: the boot sector
< $FAT1 # made up by TSK: the first FAT
< $FAT2 # made up by TSK: the second FAT
< $OrphanFiles # the virtual folder itself is no file
< $OrphanFiles/$EMPTY_VOLUME_LABEL # orphans of FAT are not searched: that reads the whole volume
END
}

# compare NAME KIND IMAGE SECTOR EXTRA-ALLOWED: both lists
compare()
{
    allowed_"$2" > "$tmp/allowed.raw"
    [ -n "$5" ] && cat "$5" >> "$tmp/allowed.raw"
    sed 's/ # .*//' "$tmp/allowed.raw" | sort > "$tmp/allowed"
    for which in u d; do
        fls -o "$4" -r -p -$which "$3" | sed 's/^[^	]*	//' | sort > "$tmp/fls"
        option=
        [ $which = d ] && option=-d
        "$list" -t "$2" -o $(($4 * 512)) $option "$3" | cut -f2- | sort > "$tmp/ours"
        diff "$tmp/fls" "$tmp/ours" | grep '^[<>]' | sort > "$tmp/diff"
        comm -23 "$tmp/diff" "$tmp/allowed" > "$tmp/unexplained"
        lines=$(wc -l < "$tmp/fls")
        if [ "$which" = u ] && [ "$lines" -eq 0 ]; then
            echo "fls printed nothing" > "$tmp/unexplained"
        fi
        if [ -s "$tmp/unexplained" ]; then
            not_ok "$1: paths (-$which)" "$tmp/unexplained"
        else
            ok "$1: paths (-$which), $lines of fls"
        fi
    done
}

# contents NAME KIND IMAGE SECTOR MOST: MD5 of at most so many files
contents()
{
    "$list" -t "$2" -o $(($4 * 512)) -c "$3" | awk -F '\t' 'NF == 5 { print $4 "\t" $5 }' |
        sort > "$tmp/ours"
    fls -o "$4" -r -p -u "$3" | grep '^[-r]/r ' | head -n "$5" > "$tmp/fls"
    : > "$tmp/unexplained"
    : > "$tmp/compared"
    while read -r _ address path; do
        # never written: we give its size in zeros, icat nothing
        [ "$path" = "\$BadClus:\$Bad" ] && continue
        md5=$(icat -o "$4" "$3" "${address%:}" 2> /dev/null | md5sum | cut -d' ' -f1)
        echo "$path" >> "$tmp/compared"
        printf '%s\t%s\n' "$md5" "$path" > "$tmp/line"
        grep -qxFf "$tmp/line" "$tmp/ours" || echo "$md5 $path" >> "$tmp/unexplained"
    done < "$tmp/fls"
    if [ -s "$tmp/unexplained" ] || [ ! -s "$tmp/compared" ]; then
        not_ok "$1: contents" "$tmp/unexplained"
    else
        ok "$1: contents of $(wc -l < "$tmp/compared") files"
    fi
}

# Marks an MFT entry as deleted: not in use, sequence number raised (both lie clear of the fix-ups).
delete_entry()
{
    cluster=$(($(od -An -tu1 -j13 -N1 "$1") * 512))
    mft=$(($(od -An -tu8 -j48 -N8 "$1") * cluster + $2 * 1024))
    sequence=$(($(od -An -tu2 -j$((mft + 16)) -N2 "$1") + 1))
    flags=$(($(od -An -tu2 -j$((mft + 22)) -N2 "$1") & ~1))
    for word in "16 $sequence" "22 $flags"; do
        value=${word#* }
        # shellcheck disable=SC2059
        printf "\\$(printf %o $((value & 255)))\\$(printf %o $((value >> 8)))" |
            dd of="$1" bs=1 seek=$((mft + ${word% *})) conv=notrunc 2> /dev/null
    done
}

built_volume()
{
    if ! have mkntfs wimcapture wimapply ntfscp ifind; then
        skip "built volume" "mkntfs, wimlib, ntfscp or ifind is missing"
        return
    fi
    mkdir -p "$tmp/src/many" "$tmp/src/dir/sub"
    i=0
    while [ $i -lt 3000 ]; do
        echo $i > "$tmp/src/many/file number $i with a name"
        i=$((i + 1))
    done
    echo a > "$tmp/src/dir/a.txt"
    ln "$tmp/src/dir/a.txt" "$tmp/src/hard.txt"
    echo b > "$tmp/src/dir/sub/b.txt"
    echo c > "$tmp/src/$(printf '\346\227\245\346\234\254\350\252\236.txt')"
    echo d > "$tmp/src/$(printf 'n%.0s' $(seq 200))"
    head -c 300000 /dev/urandom > "$tmp/src/big.bin"
    img=$tmp/built.raw
    truncate -s 64M "$img"
    if ! { wimcapture "$tmp/src" "$tmp/x.wim" --compress=none &&
           mkntfs -F -Q -q -T -s 512 -p 0 -H 255 -S 63 "$img" &&
           wimapply "$tmp/x.wim" 1 "$img" &&
           ntfscp -f -N stream "$img" "$tmp/src/dir/sub/b.txt" hard.txt &&
           ntfscp -f -N large "$img" "$tmp/src/big.bin" dir/sub/b.txt; } > "$tmp/log" 2>&1; then
        not_ok "build a volume" "$tmp/log"
        return
    fi
    compare "built volume" ntfs "$img" 0 ""
    contents "built volume" ntfs "$img" 0 60
    for path in dir dir/sub dir/sub/b.txt "many/file number 77 with a name"; do
        delete_entry "$img" "$(ifind -n "$path" "$img")"
    done
    cat > "$tmp/extra" <<'END'
< dir # fls believes the index of the folder above, we the record: it is not in use
> dir # the same, in the other list
< many/file number 77 with a name # the same
> many/file number 77 with a name # the same
END
    compare "built volume, files deleted" ntfs "$img" 0 "$tmp/extra"
}

# real NAME KIND SECTOR COMMAND...: the command writes the raw image to $tmp/real.raw
real()
{
    name=$1 kind=$2 sector=$3
    shift 3
    if [ ! -r "$realdata/images/$name" ]; then
        skip "$name" "the real data set is not there"
        return
    fi
    rm -f "$tmp"/real*
    if ! "$@" "$realdata/images/$name" > "$tmp/log" 2>&1; then
        skip "$name" "it can not be unpacked here: $1"
        return
    fi
    compare "$name" "$kind" "$tmp/real.raw" "$sector" ""
    contents "$name" "$kind" "$tmp/real.raw" "$sector" 40
}

as_is() { ln -s "$(readlink -f "$1")" "$tmp/real.raw"; }
gunzip_it() { gzip -dc "$1" > "$tmp/real.raw"; }
bunzip_it() { bzip2 -dc "$1" > "$tmp/real.raw"; }
qcow() { qemu-img convert -f qcow2 -O raw "$1" "$tmp/real.raw"; }
vhd() { gzip -dc "$1" > "$tmp/real.x" && qemu-img convert -f vpc -O raw "$tmp/real.x" "$tmp/real.raw"; }
vhdx() { gzip -dc "$1" > "$tmp/real.x" && qemu-img convert -f vhdx -O raw "$tmp/real.x" "$tmp/real.raw"; }
ewf() { ewfexport -q -u -t "$tmp/real" -f raw "$1"; }

if ! have fls icat; then
    echo "1..0 # SKIP fls and icat are missing"
    exit 0
fi
built_volume
real ntfs/testfs1 ntfs 0 as_is
real ntfs/charlie.dd.bz2 ntfs 0 bunzip_it
real ntfs/ntfs3.raw.gz ntfs 0 gunzip_it
real e01/test.ntfs.dd.E01 ntfs 0 ewf
real qcow2/windows_volume.qcow2 ntfs 0 qcow
real qcow2/vsstest.qcow2 ntfs 0 qcow
real vhd/dynamic.vhd.gz ntfs 128 vhd
real vhdx/dynamic.vhdx.gz ntfs 128 vhdx
real exfat/exfat_win.raw.gz fat 0 gunzip_it
real fat/fat12.bin fat 0 as_is
real fat/fat_very_small.dd fat 0 as_is
echo "1..$n"
