/*
 * What the parts of the WMI repository parser (wmi_*.c) share; nothing else includes this.
 *
 * The format: libyal/dtformats, "WMI repository file format"; mandiant/flare-wmi, python-cim and
 * WMIParser; for what stands inside an instance also [MS-WMIO], section 2.2. OBJECTS.DATA consists
 * of pages of 8 KiB. The mapping files tell which of them are in use and in which order (a page is
 * never overwritten in place, so pages that are not in use keep earlier states). A page begins with
 * descriptors of its objects. INDEX.BTR, likewise in pages, leads from names to objects.
 */
#ifndef AC_PARSERS_WMI_PARTS_H
#define AC_PARSERS_WMI_PARTS_H

#include "parser.h"

#include "base/buf.h"
#include "base/text.h"

#define AC_WMI_PAGE 8192
#define AC_WMI_NO_PAGE UINT32_MAX

/* ---- mapping files (wmi_map.c) */

struct ac_wmi_map {
    uint32_t *pages; /* Owned: of each logical page the place in the file, or AC_WMI_NO_PAGE */
    uint32_t n;
    uint32_t *logical; /* Owned: the reverse */
    uint32_t n_logical;
    bool known;
};

struct ac_wmi_maps {
    struct ac_wmi_map objects, index;
};

/* Takes the newest mapping file that is whole. AC_OK (perhaps with none known) or AC_NOMEM. */
enum ac_rc ac_wmi_maps_load(const struct ac_artefact *a, struct ac_budget *budget,
                            struct ac_wmi_maps *ret);
void ac_wmi_maps_free(struct ac_wmi_maps *m);
/* AC_WMI_NO_PAGE if there is none. */
uint32_t ac_wmi_map_logical(const struct ac_wmi_map *m, uint64_t page);
/* The companion whose last component is that name; no bytes if it is not there. */
struct ac_view ac_wmi_companion(const struct ac_artefact *a, const char *name);

/* ---- instances (wmi_instance.c) */

enum ac_wmi_class {
    AC_WMI_FILTER,
    AC_WMI_BINDING,
    AC_WMI_COMMAND,
    AC_WMI_SCRIPT,
    AC_WMI_EVENT_LOG,
    AC_WMI_LOG_FILE,
    AC_WMI_SMTP,
    AC_WMI_CLASSES
};

/* Properties that are kept. */
enum ac_wmi_property {
    AC_WMI_NAME,
    AC_WMI_CREATOR, /* SID, in text */
    AC_WMI_QUERY,
    AC_WMI_EVENT_NAMESPACE,
    AC_WMI_FILTER_PATH,
    AC_WMI_CONSUMER_PATH,
    AC_WMI_EXECUTABLE,
    AC_WMI_TEMPLATE,
    AC_WMI_FOLDER,
    AC_WMI_ENGINE,
    AC_WMI_TEXT,
    AC_WMI_FILE,
    AC_WMI_SOURCE,
    AC_WMI_PROPERTIES
};

enum ac_wmi_state { AC_WMI_LIVE, AC_WMI_UNLINKED, AC_WMI_DELETED };

struct ac_wmi_text {
    bool set;
    bool inexact;          /* UTF-16 that does not convert exactly */
    struct ac_view stored; /* in the object's bytes, without flag and terminator */
    struct ac_buf text;    /* Owned: UTF-8 */
};

struct ac_wmi_object {
    enum ac_wmi_class class;
    enum ac_wmi_state state;
    uint64_t offset;         /* byte of OBJECTS.DATA where it begins */
    uint32_t page, id, size; /* as the index names it; page AC_WMI_NO_PAGE: not known */
    struct ac_buf bytes;     /* Owned: the object */
    bool incomplete;         /* a part of it is missing */
    char space[65];          /* digest of its namespace in the index; "": not known */
    struct ac_filetime times[2];
    struct ac_wmi_text texts[AC_WMI_PROPERTIES];
};

const char *ac_wmi_class_name(enum ac_wmi_class c);
/* Digests of the class names as objects begin with them: UTF-16LE hexadecimal. */
#define AC_WMI_MD5_BYTES 64
#define AC_WMI_SHA256_BYTES 128
struct ac_wmi_digests {
    uint8_t md5[AC_WMI_CLASSES][AC_WMI_MD5_BYTES];
    uint8_t sha256[AC_WMI_CLASSES][AC_WMI_SHA256_BYTES];
};
bool ac_wmi_digests_make(struct ac_wmi_digests *ret); /* false: libcrypto failed */
/* Upper-case digest of an upper-cased ASCII name, as in index keys; "" if libcrypto fails. */
void ac_wmi_name_digest(const char *name, bool sha256, char ret[65]);
/* Which class an object of these first bytes is of: 0 if none of ours, else the digest's length. */
size_t ac_wmi_class_of(const struct ac_wmi_digests *d, struct ac_view head, enum ac_wmi_class *ret);
/* Decodes o->bytes, whose first `digest` bytes are the digest. AC_OK; AC_CORRUPT if it is no such
 * instance; AC_NOMEM. What lies behind the end of the bytes makes it incomplete. */
enum ac_rc ac_wmi_instance_decode(struct ac_wmi_object *o, size_t digest);
void ac_wmi_object_clear(struct ac_wmi_object *o);

/* ---- objects in pages (wmi_objects.c) */

struct ac_wmi_job {
    const struct ac_artefact *artefact;
    struct ac_view v;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_err *err;
    struct ac_wmi_maps maps;
    struct ac_wmi_digests digests;
    struct ac_wmi_object *items; /* Owned */
    size_t n, cap;
    enum ac_rc rc; /* the first failure; ends all */
};

void ac_wmi_complain(struct ac_wmi_job *j, enum ac_rc class, uint64_t offset, const char *effect,
                     const char *what);
bool ac_wmi_spend(struct ac_wmi_job *j, uint64_t steps);
/* Finds and decodes: objects that descriptors lead to, then what else looks like one. */
void ac_wmi_objects_find(struct ac_wmi_job *j);
/* wmi_index.c: sets namespaces, and which objects the index leads to. */
void ac_wmi_index_read(struct ac_wmi_job *j);
/* wmi_emit.c */
void ac_wmi_emit(struct ac_wmi_job *j, bool *taken); /* taken: a flag for each item, all false */

#endif
