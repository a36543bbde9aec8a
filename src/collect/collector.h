/*
 * What the parts of the triage share: the evidence item, the Windows installations found on it, and
 * the way a record takes to the supervisor. Private to src/collect/.
 */
#ifndef AC_COLLECT_COLLECTOR_H
#define AC_COLLECT_COLLECTOR_H

#include "collect/item.h"
#include "collect/worker.h"

/* One Windows installation: its drive root (the volume's root, or Windows.old) and its Windows folder. */
struct ac_system {
    size_t volume;
    ac_node root, windows;
    char *id;   /* Owned: "p2/Windows", "Windows.old/WINDOWS" */
    bool loose; /* no Windows folder: a folder or file of single artefacts, all of them are tried */
};

struct ac_collector {
    struct ac_worker *worker;
    struct ac_item item;
    struct ac_system *systems;
    size_t n_systems, cap_systems;
    struct ac_set
        wanted; /* names of files that artefacts name, folded: the change journal is searched for them */
    struct ac_set files_sent; /* "volume:node" of file records that went out */
    struct ac_read_node {
        size_t volume;
        ac_node node;
    } * read_nodes; /* Owned: files whose content was read for a file record */
    size_t n_read, cap_read;
    uint64_t read;     /* artefacts of which something could be read */
    struct ac_err err; /* the first failure of our own (memory, pipe); ends the triage */
};

/* An artefact on the evidence, while it is being read. */
struct ac_place {
    const struct ac_system *system; /* NULL: of the volume, not of one Windows */
    size_t volume;
    ac_node node;             /* AC_NODE_NONE: none */
    const char *path;         /* path on the volume */
    const char *user;         /* "" for the machine */
    const char *snapshot;     /* the backup that the artefact is part of; NULL: of none */
    const char *startup;      /* the startup folder that the artefact lies in; NULL: in none */
    const char *sha256;       /* NULL: not known */
    uint64_t artefact_offset; /* AC_NO_OFFSET: none */
};

/* Completes the provenance of a record from its place, resolves its commands, sends it. Takes r. */
enum ac_rc ac_collector_emit(struct ac_collector *c, const struct ac_place *place,
                             struct ac_record *r, struct ac_err *err);

/* A sink that does the same, for parsers. Lives as long as place. */
struct ac_place_sink {
    struct ac_sink sink; /* first */
    struct ac_collector *collector;
    const struct ac_place *place;
};
void ac_place_sink_init(struct ac_place_sink *s, struct ac_collector *c,
                        const struct ac_place *place);

/* Steps of one artefact: begin, then work, then end. False: passed over. */
bool ac_collector_begin(struct ac_collector *c, const struct ac_place *place, const char *source);
void ac_collector_end(struct ac_collector *c, const struct ac_place *place, const char *source);

/* systems.c: finds the Windows installations on one opened volume. */
enum ac_rc ac_systems_find(struct ac_collector *c, size_t volume);

/* artefacts.c: parses what is known to lie in one installation; loose ones try every file. */
enum ac_rc ac_artefacts_collect(struct ac_collector *c, const struct ac_system *s);

/* artefact.c: reads one artefact inside its step, and sends the row of the coverage table. */
enum ac_rc ac_artefact_read(struct ac_collector *c, struct ac_place *p, const char *source);
/* The row of an artefact that was looked for and is not there; user: "" if it is nobody's. */
enum ac_rc ac_artefact_absent(struct ac_collector *c, const struct ac_system *s, const char *source,
                              const char *path, const char *user);

/* recent.c: shortcuts in the Recent folders of users, and their jump lists. */
enum ac_rc ac_recent_collect(struct ac_collector *c, const struct ac_system *s);

/* credentials.c: what programs keep credentials in, of each profile and of the machine. */
enum ac_rc ac_credentials_collect(struct ac_collector *c, const struct ac_system *s);

/* startup.c: the files of the startup folders, with what their shortcuts point to. */
enum ac_rc ac_startup_collect(struct ac_collector *c, const struct ac_system *s);
/* The autostart that a shortcut in a startup folder is. */
enum ac_rc ac_startup_shortcut(struct ac_collector *c, const struct ac_place *p,
                               const struct ac_record *shortcut, struct ac_err *err);

/* targets.c: adds target, target_state ... to autostart and task records, and sends the file records. */
enum ac_rc ac_targets_resolve(struct ac_collector *c, const struct ac_place *place,
                              struct ac_record *r, struct ac_err *err);

/* journal.c: the change journal of the system's volume; to be called when all names are known that matter. */
enum ac_rc ac_journal_collect(struct ac_collector *c, const struct ac_system *s);
/* log_file.c: the same of $LogFile. */
enum ac_rc ac_log_file_collect(struct ac_collector *c, const struct ac_system *s);
/* changes.c: the last component of the path is such a name. Memory failure goes to c->err. */
void ac_collector_want(struct ac_collector *c, struct ac_str path);

/* zones.c: the marks of the web, of one file into its record, and of all files of the volume that may have
 * brought something in. */
enum ac_rc ac_zone_put(struct ac_tree *t, ac_node file, struct ac_record *r);
enum ac_rc ac_zones_collect(struct ac_collector *c, const struct ac_system *s);

/* prefetch_files.c: adds target, target_state ... of the program to a prefetch record, and sends a record for each
 * file that a loader (rundll32 and the like) loaded out of folders where an ordinary user may write. */
enum ac_rc ac_prefetch_resolve(struct ac_collector *c, const struct ac_place *place,
                               struct ac_record *r, struct ac_err *err);

/* file_record.c: sends the file record of a node, once. */
struct ac_file_why {
    const char *reason; /* "target", "name-shape" ...: field `why` */
    bool content;       /* with its digests and PE facts */
    bool folder_known;
};
enum ac_rc ac_file_record_send(struct ac_collector *c, const struct ac_system *s, ac_node node,
                               struct ac_file_why why, struct ac_err *err);

/* listings.c, candidates.c: folders and files that rules may ask for. */
enum ac_rc ac_listings_collect(struct ac_collector *c, const struct ac_system *s);
enum ac_rc ac_candidates_collect(struct ac_collector *c, const struct ac_system *s);

/* content.c: contents of files, where there is a scanner; to be called when all other file records went out. */
enum ac_rc ac_content_collect(struct ac_collector *c, const struct ac_system *s);

/* index_slack.c: names left in the unused part of a folder's index. */
enum ac_rc ac_index_slack_collect(struct ac_collector *c, const struct ac_system *s,
                                  ac_node folder);

/* users.c: calls `each` for every profile folder of an installation. */
typedef enum ac_rc ac_user_each(struct ac_collector *c, const struct ac_system *s, ac_node profile,
                                const char *user, void *context);
enum ac_rc ac_users_each(struct ac_collector *c, const struct ac_system *s, ac_user_each *each,
                         void *context);

static inline struct ac_tree *ac_system_tree(const struct ac_collector *c,
                                             const struct ac_system *s)
{
    return c->item.volumes[s->volume].tree;
}

/* The allocated files and folders in a folder, streams left out:
 *     struct ac_children it = ac_children_of(tree, folder);
 *     while (ac_children_next(&it)) ... it.node, it.info
 * A folder AC_NODE_NONE has none. */
struct ac_children {
    const struct ac_tree *tree;
    const ac_node *nodes;
    size_t n, at;
    ac_node node;
    struct ac_node_info info;
    bool directory;
};
struct ac_children ac_children_of(const struct ac_tree *t, ac_node folder);
bool ac_children_next(struct ac_children *it);

/* False for folders of collected files: their times are those of the copies and say nothing. */
static inline bool ac_keeps_times(const struct ac_tree *t)
{
    enum ac_tree_kind kind = ac_tree_facts(t)->kind;

    return kind != AC_TREE_FOLDER && kind != AC_TREE_FILE;
}

/* Lookup of an allocated node below a folder; AC_NODE_NONE below AC_NODE_NONE. */
static inline ac_node ac_lookup(const struct ac_tree *t, ac_node from, const char *path)
{
    return from == AC_NODE_NONE ? AC_NODE_NONE : ac_tree_lookup(t, from, ac_str_of(path), false);
}

#endif
