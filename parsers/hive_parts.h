/*
 * What the parts of the hive parser (hive*.c) share; nothing else includes this.
 *
 * One job is one hive being turned into records. The first failure (memory, sink, budget) stays in
 * `rc`; every part returns early once it is not AC_OK.
 */
#ifndef AC_PARSERS_HIVE_PARTS_H
#define AC_PARSERS_HIVE_PARTS_H

#include "base/set.h"
#include "regf.h"
#include "regf_replay.h"
#include "regf_scan.h"

/* Service types of drivers: kernel, file system, recognizer. */
#define AC_HIVE_DRIVER_TYPES 0x0BU

struct ac_hive_before;

struct ac_hive_job {
    const struct ac_artefact *artefact;
    struct ac_hive *hive;
    struct ac_budget *budget;
    struct ac_sink *sink;
    struct ac_err *err;
    struct ac_hive_key root;
    const char *prefix; /* Borrowed: "HKLM\SOFTWARE", "HKU\user1": what stands before root's keys */
    const char *user;   /* Borrowed: "" for the machine */
    bool facts;         /* take names, times and accounts too, not only what starts programs */
    struct ac_buf pieces; /* Owned: data of the value at hand, when it is stored in pieces */
    const struct ac_hive_replay *replay; /* Borrowed: what came from logs; NULL: nothing */
    struct ac_hive_before
        *before;       /* Borrowed: records of the hive before replay; NULL: not asked */
    const char *state; /* Borrowed: of all that is emitted now; NULL: live, or from a log */
    const struct ac_hive_patch *remnant; /* Borrowed: the log entry that all of this stands in, no
                                            longer in the hive; NULL: none */
    struct ac_set *told;   /* Borrowed: autostarts and values emitted, by content; NULL: not kept */
    const char *other_set; /* Borrowed: control set at hand, when it is not the current one */
    uint64_t shift;        /* bytes put before a file that has no base block */
    bool no_root;          /* only scanned */
    unsigned kinds;        /* of hive it looks like, see hive.c; 0: none that is known */
    unsigned bad;          /* entries told of with ac_hive_bad_entry() */
    enum ac_rc rc;
};

/* A key with its full path as reports show it. Owned path: ac_buf_free(). */
struct ac_hive_place {
    struct ac_hive_key key;
    struct ac_buf path;
};

/* Remembers that text could not be kept in memory; every buffer is asked before it is freed. */
void ac_hive_check(struct ac_hive_job *j, const struct ac_buf *b);
/* True while nothing has failed; takes over the hive's own reason. */
bool ac_hive_going(struct ac_hive_job *j);

/* The key at `path` below the root. ret->path is to be freed in either case. */
bool ac_hive_open_key(struct ac_hive_job *j, const char *path, struct ac_hive_place *ret);
/* The same for a key that is at hand: a subkey of `parent`. */
void ac_hive_enter_key(struct ac_hive_job *j, const struct ac_hive_place *parent,
                       const struct ac_hive_key *key, struct ac_hive_place *ret);

/* The key at `path` below `parent`. ret->path is to be freed in either case. */
bool ac_hive_open_below(struct ac_hive_job *j, const struct ac_hive_place *parent, const char *path,
                        struct ac_hive_place *ret);

/* Appends a value's name as UTF-8; *ret_exact (may be NULL) as in ac_hive_name(). Its length costs
 * steps: values may share one long name. */
void ac_hive_value_name(struct ac_hive_job *j, const struct ac_hive_value *v, struct ac_buf *out,
                        bool *ret_exact);

/* Sets `field` to a value's text. REG_SZ and its like: terminators dropped, NULs inside and lone
 * surrogates escaped, the bytes beside it when it is not exact. Other types: "" and the bytes. */
void ac_hive_put_data(struct ac_hive_job *j, struct ac_record *r, const char *field,
                      const struct ac_hive_value *v);
/* The same for the value of that name, if there is one of a text type; true if it was set. */
bool ac_hive_put_text(struct ac_hive_job *j, struct ac_record *r, const char *field,
                      const struct ac_hive_key *key, const char *name);
/* Sets `field` to a key or value name, the bytes beside it when it is not exact. */
void ac_hive_put_name(struct ac_hive_job *j, struct ac_record *r, const char *field,
                      struct ac_view name, bool latin1);

/* What follows the last '\' or '/' of a path as stored; all of it when there is none. */
struct ac_view ac_hive_last_component(struct ac_view path, bool latin1);

/* The same for data that is at hand. */
void ac_hive_put_bytes(struct ac_hive_job *j, struct ac_record *r, const char *field, uint32_t type,
                       struct ac_view data);

/* REG_DWORD of at least 4 bytes. */
bool ac_hive_get_dword(struct ac_hive_job *j, const struct ac_hive_key *key, const char *name,
                       uint32_t *ret);
/* 8 bytes of any type, as FILETIME. */
bool ac_hive_get_time(struct ac_hive_job *j, const struct ac_hive_key *key, const char *name,
                      struct ac_filetime *ret);
/* Sets an integer field to a REG_DWORD, if it is there. */
void ac_hive_put_dword(struct ac_hive_job *j, struct ac_record *r, const char *field,
                       const struct ac_hive_key *key, const char *name);

/* Provenance of a record: of the key, and of a value of it (NULL: none). */
void ac_hive_prov(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_place *place,
                  const struct ac_hive_value *v);
/* Only the place (bytes of the file) and the state. */
void ac_hive_prov_cell(struct ac_hive_job *j, struct ac_record *r, uint64_t offset,
                       const struct ac_hive_value *v);
void ac_hive_prov_name(struct ac_record *r, const char *value_name);
/* A problem with the content of one value: what it says is not in the report, or only in part. At most
 * AC_MAX_HIVE_PROBLEMS of a hive are told one by one. */
void ac_hive_bad_entry(struct ac_hive_job *j, const struct ac_hive_value *v, enum ac_rc class,
                       const char *what);
/* Gives the record to the sink; costs 4 steps of the budget, so that a list with millions of
 * entries for one cell does not become millions of records. */
void ac_hive_emit(struct ac_hive_job *j, struct ac_record *r);
/* A kind `value` record. `key_path` is relative to the root; its length costs steps too. */
void ac_hive_emit_value(struct ac_hive_job *j, struct ac_str key_path,
                        const struct ac_hive_place *place, const struct ac_hive_value *v);

/* The same with its data at hand. `whole`: all of it. */
void ac_hive_emit_bytes(struct ac_hive_job *j, struct ac_str key_path,
                        const struct ac_hive_place *place, const struct ac_hive_value *v,
                        struct ac_view data, bool whole);
/* One to eight hexadecimal digits: the spellings of a volume serial number. */
bool ac_hive_is_serial(const struct ac_hive_value *v);
/* The records that tell what the keys mean, live ones; what is dead follows in ac_hive_dead(). */
void ac_hive_interpret(struct ac_hive_job *j);

/* hive_before.c: the same hive as it lies, for comparing. Takes what interpret() emits of it; NULL
 * when it cannot be read, j->rc when memory or budget ends. Owned: ac_hive_before_free(). */
struct ac_hive_before *ac_hive_before_new(struct ac_hive_job *j);
void ac_hive_before_free(struct ac_hive_before *b); /* NULL is fine */
/* Compares a record that is about to be emitted: sets `before` and `change`. */
void ac_hive_before_compare(struct ac_hive_job *j, struct ac_record *r);
/* Emits those that are gone after replay. */
void ac_hive_before_removed(struct ac_hive_job *j);
/* Was this recovered record emitted as removed already? */
bool ac_hive_before_has_removed(struct ac_hive_job *j, const struct ac_record *r);

/* Remembers in j->told what the record says of an autostart, value or key. False: nothing of it is new. */
bool ac_hive_says_new(struct ac_hive_job *j, const struct ac_record *r);
/* Tells nobody of damage. */
extern const struct ac_hive_watch ac_hive_silent;

/* hive_dead.c: deleted and unlinked keys and values, interpreted or all of them. */
void ac_hive_dead(struct ac_hive_job *j);

/* The same for keys and values found otherwise: {.j = job}, each key and then its values to
 * ac_hive_dead_found(), at last ac_hive_dead_end(). */
struct ac_hive_dead {
    struct ac_hive_job *j;
    unsigned loose;            /* values of no known key that were emitted */
    struct ac_record *service; /* Owned: of the dead service key at hand; NULL: none */
    struct ac_buf service_path;
    struct ac_record *task; /* Owned: of the dead key of TaskCache\\Tasks at hand; NULL: none */
    struct ac_buf task_path;
    bool task_is_guess; /* its parents are not known */
};
enum ac_rc ac_hive_dead_found(void *dead, const struct ac_hive_found *f);
void ac_hive_dead_end(struct ac_hive_dead *d);

/* hive_taskcache.c: takes over what a value of a key below TaskCache\\Tasks says; false: nothing that
 * tells of a task. What cannot be read of a live one is a problem. */
bool ac_hive_task_value(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_value *v,
                        struct ac_view data);

/* hive_dead_task.c: begins a task if the dead key is one; takes over its value, false: it belongs to
 * none; ends it, *ret (may be NULL) is the caller's, and to be emitted or not. */
void ac_hive_dead_task_key(struct ac_hive_dead *d, const struct ac_hive_found *f,
                           const struct ac_hive_place *place);
bool ac_hive_dead_task_value(struct ac_hive_dead *d, const struct ac_hive_found *f);
void ac_hive_dead_task_end(struct ac_hive_dead *d, bool *ret_emit, struct ac_record **ret);
/* A dead value of a task's key that tells what it starts or where it stood. */
bool ac_hive_dead_is_task_value(const struct ac_hive_found *f, struct ac_str value);

/* hive_remnants.c: what stands in transaction logs, and neither in the hive nor in its free cells. */
void ac_hive_remnants(struct ac_hive_job *j);

/* The parts: one file each. */
void ac_hive_dump(struct ac_hive_job *j);
void ac_hive_system(struct ac_hive_job *j);
void ac_hive_time_zone(struct ac_hive_job *j, const char *control_set);
void ac_hive_interfaces(struct ac_hive_job *j, const char *control_set); /* addresses, leases */
void ac_hive_network_profiles(struct ac_hive_job *j);                    /* of SOFTWARE */
void ac_hive_upgrades(struct ac_hive_job *j); /* SYSTEM: what the machine ran before */
void ac_hive_services(struct ac_hive_job *j, const char *control_set);
void ac_hive_shimcache(struct ac_hive_job *j, const char *control_set);
void ac_hive_bam(struct ac_hive_job *j, const char *control_set);
void ac_hive_amcache(struct ac_hive_job *j);
void ac_hive_software(struct ac_hive_job *j);
void ac_hive_taskcache(struct ac_hive_job *j); /* of SOFTWARE */
void ac_hive_accounts(struct ac_hive_job *j);  /* ProfileList of SOFTWARE */
void ac_hive_sam(struct ac_hive_job *j);
/* Run keys and Explorer values below `software`: "" in SOFTWARE, "Software" in a user's hive. */
void ac_hive_run_keys(struct ac_hive_job *j, const char *software);
/* What users did, in their hives: hive_userassist.c, hive_mru.c, hive_typed.c, hive_muicache.c,
 * hive_trust.c, hive_compat.c. `classes`: the key below which class settings of the user lie, "" in
 * UsrClass.dat. `software`: as above. */
void ac_hive_userassist(struct ac_hive_job *j);
void ac_hive_mru(struct ac_hive_job *j);
void ac_hive_typed(struct ac_hive_job *j);
void ac_hive_typed_in_edge(struct ac_hive_job *j, const char *classes);
void ac_hive_muicache(struct ac_hive_job *j, const char *classes);
void ac_hive_trust(struct ac_hive_job *j);
void ac_hive_outlook(struct ac_hive_job *j); /* accounts in its profiles */
/* Other programs' credentials below `software`: counts. */
void ac_hive_credentials(struct ac_hive_job *j, const char *software, bool is_machine);
void ac_hive_compat(struct ac_hive_job *j, const char *software);

#endif
