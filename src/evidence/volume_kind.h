/* What a volume is, by the bytes it begins with (see volumes.h for the sources). */
#ifndef AC_EVIDENCE_VOLUME_KIND_H
#define AC_EVIDENCE_VOLUME_KIND_H

#include "evidence/volumes.h"

/* Sets kind, file_system, reason and advice. Reads the first 72 KiB and, without a signature there, the last
 * sector (NTFS keeps a copy of its boot sector in it). */
void ac_volume_recognise(struct ac_reader *volume, struct ac_volume *v);

/* Bytes of the NTFS volume that ends where the reader does, told by the copy of its boot sector in the last
 * sector; 0 if there is none. */
uint64_t ac_volume_by_backup(struct ac_reader *reader);

/* Number of volume shadow copies in the catalogue of an NTFS volume; 0 if it has none. */
uint32_t ac_volume_shadow_copies(struct ac_reader *volume);

/* Words for a volume that its partition type alone identifies. */
void ac_volume_set_kind(struct ac_volume *v, enum ac_volume_kind kind, const char *file_system);

#endif
