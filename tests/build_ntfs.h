/*
 * Builds NTFS volumes in memory, record by record, from the format's specification (libfsntfs, "New
 * Technologies File System (NTFS)"). Nothing of the code under test is used.
 *
 * Geometry: sectors of 512, records of 1,024, index blocks of 4,096 bytes; the cluster size is chosen.
 * $MFTMirr lies in cluster bn_volume.mirror_lcn; the last sector is the copy of the boot sector.
 */
#ifndef AC_TESTS_BUILD_NTFS_H
#define AC_TESTS_BUILD_NTFS_H

#include "fixture.h"

#define BN_RECORD 1024U
#define BN_SERIAL UINT64_C(0x1122334455667788)
#define BN_REF(entry, sequence) ((uint64_t)(entry) | (uint64_t)(sequence) << 48)
#define BN_ROOT BN_REF(5, 5)
#define BN_HOLE UINT64_MAX

struct bn_run {
    uint64_t lcn, len; /* lcn BN_HOLE: sparse; the list ends with len 0 */
};

struct bn_volume {
    uint8_t *bytes;
    size_t size;
    uint32_t cluster;
    uint64_t mirror_lcn;
    struct bn_run mft[8]; /* where $MFT lies, in order */
};

struct bn_record {
    struct ac_buf b;
    uint16_t next_id;
};

/* A volume of that size with boot sectors and the metadata files $MFT, $MFTMirr, $Volume (label
 * "Label"), the root and $Extend; `mft` (ends with len 0) is where $MFT lies, NULL: 16 clusters from 4 on. */
void bn_init(struct bn_volume *v, size_t size, uint32_t cluster, const struct bn_run *mft);
void bn_free(struct bn_volume *v);
struct ac_view bn_view(const struct bn_volume *v);
uint32_t bn_records(const struct bn_volume *v);
uint8_t *bn_cluster(struct bn_volume *v, uint64_t lcn);
size_t bn_record_place(const struct bn_volume *v, uint32_t entry);

/* A record: flags 1 in use, 2 folder; base: reference of the base record or 0. */
void bn_begin(struct bn_record *r, uint16_t sequence, uint16_t flags, uint64_t base);
void bn_resident(struct bn_record *r, uint32_t type, const char *name, const void *p, size_t n);
/* runs: ends with len 0. unit_log2 4 and flags 1: compressed. */
void bn_non_resident(struct bn_record *r, uint32_t type, const char *name, uint16_t flags,
                     unsigned unit_log2, uint64_t first_vcn, const struct bn_run *runs,
                     uint32_t cluster, uint64_t size, uint64_t initialized);
void bn_standard(struct bn_record *r, uint64_t created, uint32_t dos_attributes);
/* name_space 0 POSIX, 1 Win32, 2 DOS, 3 both; times: base, base+1, +2, +3. */
void bn_name(struct bn_record *r, uint64_t parent, const char *name, unsigned name_space,
             uint64_t times);
/* Ends the record, protects it by fix-ups and writes it to its place (and, below 4, to the mirror). */
void bn_put(struct bn_volume *v, uint32_t entry, struct bn_record *r);

/* A whole file in one call: allocated, sequence 1, resident data (NULL: a folder). */
void bn_file(struct bn_volume *v, uint32_t entry, uint64_t parent, const char *name,
             const char *data);
/* One entry of an $ATTRIBUTE_LIST. */
void bn_list_entry(struct ac_buf *list, uint32_t type, const char *name, uint64_t first_vcn,
                   uint64_t reference, uint16_t id);
/* One $I30 entry; the last one (name NULL) ends a node. */
void bn_index_entry(struct ac_buf *out, uint64_t reference, uint64_t parent, const char *name,
                    uint64_t times);
/* The value of an $INDEX_ROOT of $I30. */
void bn_index_root(struct ac_buf *out, const struct ac_buf *entries);
/* An index block with those entries, protected, at p (4,096 bytes). */
void bn_index_block(uint8_t *p, uint64_t vcn, const struct ac_buf *entries);
/* Protects n bytes by fix-ups; the update sequence lies at `at`. */
void bn_protect(uint8_t *p, size_t n, uint32_t at);

#endif
