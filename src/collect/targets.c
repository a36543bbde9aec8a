/* Joining: what a command starts or loads, looked up in the tree of its own installation. */
#include "collect/collector.h"

#include "base/cmdline.h"
#include "base/limits.h"
#include "base/winpath.h"

#include <stdlib.h>
#include <string.h>

#define LONG_COMMAND 4096 /* bytes that a rule engine looks at */

struct target {
    ac_node node; /* AC_NODE_NONE: absent */
    bool deleted, resolved, user_writable, is_long;
    struct ac_buf path, argument;
};

static void target_free(struct target *t)
{
    ac_buf_free(&t->path);
    ac_buf_free(&t->argument);
}

/* ---- looking up */

static ac_node find_file(const struct ac_tree *t, ac_node from, struct ac_str path, bool deleted)
{
    ac_node node = from == AC_NODE_NONE ? AC_NODE_NONE : ac_tree_lookup(t, from, path, deleted);
    struct ac_node_info info;

    if (node == AC_NODE_NONE)
        return node;
    ac_tree_info(t, node, &info);
    return info.flags & AC_NODE_DIRECTORY ? AC_NODE_NONE : node;
}

/* The path itself, then with the endings that Windows adds to names without one. */
static ac_node find_with_endings(const struct ac_tree *t, ac_node from, struct ac_str path,
                                 bool deleted)
{
    static const char *const endings[] = {"", ".exe", ".dll", ".com", ".cmd", ".bat", ".sys"};
    ac_node node = AC_NODE_NONE;

    for (size_t i = 0; node == AC_NODE_NONE && i < sizeof(endings) / sizeof(endings[0]); i++) {
        struct ac_buf full = {0};

        ac_buf_adds(&full, path);
        ac_buf_addz(&full, endings[i]);
        node = find_file(t, from, ac_buf_str(&full), deleted);
        ac_buf_free(&full);
    }
    return node;
}

/* 32-bit programs say System32 and get SysWOW64. */
static ac_node find_wow64_twin(const struct ac_tree *t, const struct ac_system *s,
                               struct ac_str path, bool deleted)
{
    long at = ac_str_ifind(path, AC_STR("/System32/"));
    struct ac_buf twin = {0};
    ac_node node;

    if (at < 0)
        return AC_NODE_NONE;
    ac_buf_addz(&twin, "SysWOW64/");
    ac_buf_add(&twin, path.p + at + 10, path.n - (size_t)at - 10);
    node = find_with_endings(t, s->windows, ac_buf_str(&twin), deleted);
    ac_buf_free(&twin);
    return node;
}

static ac_node find_path(const struct ac_tree *t, const struct ac_system *s,
                         const struct ac_winpath *w, bool deleted)
{
    struct ac_str path = ac_buf_str(&w->path);
    ac_node node = AC_NODE_NONE;

    if (w->kind == AC_WINPATH_ABSOLUTE) {
        node = find_with_endings(t, s->root, path, deleted);
        return node != AC_NODE_NONE ? node : find_wow64_twin(t, s, path, deleted);
    }
    for (const char *const *folder = ac_winpath_search; node == AC_NODE_NONE && *folder; folder++)
        node = find_with_endings(t, (*folder)[0] ? ac_lookup(t, s->windows, *folder) : s->windows,
                                 path, deleted);
    return node;
}

static bool is_here(const struct ac_winpath *w)
{
    return w->kind != AC_WINPATH_REMOTE && (w->drive == 0 || w->drive == 'C') && w->path.n > 0;
}

/* Tries one candidate; true if it ends the search. */
static bool try_candidate(const struct ac_tree *t, const struct ac_system *s,
                          const struct ac_winenv *env, const struct ac_cmdline_candidate *candidate,
                          bool deleted, struct target *out)
{
    struct ac_winpath w = {0};
    bool found = false;

    if (ac_winpath_parse(ac_str_of(candidate->path), env, &w) == AC_OK && is_here(&w)) {
        out->node = find_path(t, s, &w, deleted);
        found = out->node != AC_NODE_NONE;
    }
    ac_buf_free(&w.path);
    return found;
}

/* Nothing is there: the path that would have been taken, and whether it could be looked for at all. */
static void name_absent(const struct ac_winenv *env, const struct ac_cmdline_list *list,
                        struct target *out)
{
    struct ac_winpath w = {0};

    if (list->n == 0 ||
        ac_winpath_parse(ac_str_of(list->items[list->preferred].path), env, &w) != AC_OK)
        return;
    ac_buf_clear(&out->path);
    ac_buf_adds(&out->path, ac_buf_str(&w.path));
    out->resolved = is_here(&w) && w.kind == AC_WINPATH_ABSOLUTE;
    out->user_writable = out->resolved && ac_path_user_writable(ac_buf_str(&w.path));
    ac_buf_free(&w.path);
}

static void name_found(const struct ac_tree *t, const struct ac_system *s, struct target *out)
{
    struct ac_buf root = {0};
    struct ac_str below;

    ac_buf_clear(&out->path);
    ac_tree_path(t, out->node, &out->path);
    if (s->root != ac_tree_root(t))
        ac_tree_path(t, s->root, &root);
    below = ac_buf_str(&out->path);
    if (root.n && below.n > root.n)
        below = (struct ac_str){below.p + root.n + 1, below.n - root.n - 1};
    out->resolved = true;
    out->user_writable = ac_path_user_writable(below);
    ac_buf_free(&root);
}

static enum ac_rc resolve(const struct ac_tree *t, const struct ac_system *s,
                          const struct ac_winenv *env, struct ac_str command,
                          struct ac_str arguments, struct target *out)
{
    struct ac_buf text = {0}, args = {0};
    struct ac_cmdline c;
    bool found = false;
    enum ac_rc rc;

    ac_winenv_expand(env, command, &text);
    ac_winenv_expand(env, arguments, &args);
    rc = args.n ? ac_cmdline_parse_pair(ac_buf_str(&text), ac_buf_str(&args), &c)
                : ac_cmdline_parse(ac_buf_str(&text), &c);
    ac_buf_free(&text);
    ac_buf_free(&args);
    if (rc != AC_OK)
        return rc;
    out->node = AC_NODE_NONE;
    for (int deleted = 0; deleted < 2 && !found; deleted++) {
        for (size_t i = 0; i < c.targets.n && !found; i++) {
            found = try_candidate(t, s, env, &c.targets.items[i], deleted, out);
            out->deleted = found && deleted;
        }
    }
    if (found)
        name_found(t, s, out);
    else
        name_absent(env, &c.targets, out);
    ac_buf_clear(&out->argument);
    ac_buf_addz(&out->argument, c.argument);
    ac_cmdline_free(&c);
    return AC_OK;
}

/* ---- environments */

/* "C:\Users\user1" for a profile folder of this installation. */
static void profile_path(const struct ac_tree *t, const struct ac_system *s, ac_node profile,
                         struct ac_buf *out)
{
    struct ac_buf path = {0}, root = {0};
    size_t skip;

    ac_tree_path(t, profile, &path);
    if (s->root != ac_tree_root(t))
        ac_tree_path(t, s->root, &root);
    skip = root.n ? root.n + 1 : 0;
    ac_buf_addz(out, "C:\\");
    for (size_t i = skip; i < path.n; i++)
        ac_buf_addc(out, path.p[i] == '/' ? '\\' : path.p[i]);
    ac_buf_free(&path);
    ac_buf_free(&root);
}

static enum ac_rc environment(const struct ac_tree *t, const struct ac_system *s, ac_node profile,
                              struct ac_winenv *ret)
{
    struct ac_buf root = {0}, home = {0};
    struct ac_node_info windows;
    enum ac_rc rc;

    ac_buf_addz(&root, "C:\\");
    if (s->windows != AC_NODE_NONE) {
        ac_tree_info(t, s->windows, &windows);
        ac_buf_adds(&root, windows.name);
    } else {
        ac_buf_addz(&root, "Windows"); /* single artefacts: of a default installation */
    }
    if (profile != AC_NODE_NONE)
        profile_path(t, s, profile, &home);
    rc = ac_winenv_standard(ret, ac_buf_str(&root), ac_buf_str(&home));
    ac_buf_free(&root);
    ac_buf_free(&home);
    return rc;
}

/* The profile that an artefact belongs to: the folder below Users (or what it was called) on the way
 * up, else the folder that the artefact lies in (hives of the machine's own accounts). */
static ac_node profile_of(const struct ac_tree *t, const struct ac_place *place)
{
    ac_node users[] = {ac_lookup(t, place->system->root, "Users"),
                       ac_lookup(t, place->system->root, "Documents and Settings")};
    struct ac_node_info info;
    ac_node node = place->node;

    if (!place->user[0] || node == AC_NODE_NONE)
        return AC_NODE_NONE;
    for (unsigned depth = 0; node != AC_NODE_NONE && depth < AC_MAX_PATH_DEPTH; depth++) {
        ac_tree_info(t, node, &info);
        if (info.parent != AC_NODE_NONE && (info.parent == users[0] || info.parent == users[1]))
            return node;
        node = info.parent;
    }
    ac_tree_info(t, place->node, &info);
    return info.parent;
}

struct attempt {
    struct ac_str command, arguments;
    struct target *target;
};

/* A task's variables are those of whoever it runs as, which its XML names by SID: try every profile. */
static enum ac_rc try_profile(struct ac_collector *c, const struct ac_system *s, ac_node profile,
                              const char *user, void *context)
{
    struct attempt *a = context;
    struct ac_winenv env = {0};
    enum ac_rc rc = AC_OK;

    (void)user;
    if (a->target->node != AC_NODE_NONE)
        return AC_OK;
    rc = environment(ac_system_tree(c, s), s, profile, &env);
    if (rc == AC_OK)
        rc = resolve(ac_system_tree(c, s), s, &env, a->command, a->arguments, a->target);
    ac_winenv_free(&env);
    return rc;
}

static enum ac_rc find_target(struct ac_collector *c, const struct ac_place *place,
                              const char *command, const char *arguments, struct target *out)
{
    struct ac_tree *t = ac_system_tree(c, place->system);
    struct attempt a = {ac_str_of(command), ac_str_of(arguments), out};
    struct ac_winenv env = {0};
    enum ac_rc rc = environment(t, place->system, profile_of(t, place), &env);

    if (rc == AC_OK)
        rc = resolve(t, place->system, &env, a.command, a.arguments, out);
    ac_winenv_free(&env);
    if (rc == AC_OK && out->node == AC_NODE_NONE && !place->user[0] && strchr(command, '%'))
        rc = ac_users_each(c, place->system, try_profile, &a);
    out->is_long = a.command.n + a.arguments.n > LONG_COMMAND;
    return rc;
}

/* ---- into the record */

/* Of a volume it can be said that a file is absent; a folder of collected files has but what was collected. */
static const char *state_word(const struct ac_collector *c, const struct target *t)
{
    if (t->node != AC_NODE_NONE)
        return t->deleted ? "deleted" : "exists";
    if (c->item.kind != AC_ITEM_IMAGE)
        return "not collected";
    return t->resolved ? "absent" : "not resolved";
}

/* Contents are read of what lies where malware settles, not of installed programs and drivers. */
static bool wants_content(const struct target *t)
{
    static const char *const installed[] = {
        "Program Files/", "Program Files (x86)/", "/drivers/",  "/DriverStore/",
        "/WinSxS/",       "/Microsoft.NET/",      "/servicing/"};
    struct ac_str path = ac_buf_str(&t->path);

    if (t->deleted)
        return false;
    for (size_t i = 0; !t->user_writable && i < sizeof(installed) / sizeof(installed[0]); i++) {
        if (ac_str_ifind(path, ac_str_of(installed[i])) >= 0)
            return false;
    }
    return true;
}

static enum ac_rc send_file(struct ac_collector *c, const struct ac_place *place,
                            const struct target *t, struct ac_err *err)
{
    if (t->path.n && (t->node == AC_NODE_NONE || t->deleted || wants_content(t)))
        ac_collector_want(c, ac_buf_str(&t->path));
    if (t->node == AC_NODE_NONE)
        return AC_OK;
    return ac_file_record_send(c, place->system, t->node,
                               (struct ac_file_why){"target", wants_content(t), false}, err);
}

/* A command line's arguments: what follows its first word, which is the program once more. A first
 * word that is a switch is none. */
static const char *behind_first_word(const char *line)
{
    line += strspn(line, " \t");
    if (*line == '/' || *line == '-')
        return line;
    if (*line == '"')
        line += 1 + strcspn(line + 1, "\"");
    return line + strcspn(line, " \t");
}

/* Where program and command line stand apart, CreateProcess starts the program. */
static enum ac_rc find_apart(struct ac_collector *c, const struct ac_place *place,
                             const struct ac_record *r, struct target *t)
{
    const char *program = ac_record_get(r, "executable"), *line = ac_record_get(r, "command");

    if (strcmp(ac_record_get(r, "mechanism"), "bits-job") == 0)
        line = ac_record_get(r, "arguments");
    if (strcmp(line, program) == 0)
        line = "";
    return find_target(c, place, program, behind_first_word(line), t);
}

static enum ac_rc resolve_autostart(struct ac_collector *c, const struct ac_place *place,
                                    struct ac_record *r, struct ac_err *err)
{
    const char *library = ac_record_get(r, "service_dll");
    struct target t = {.node = AC_NODE_NONE};
    enum ac_rc rc =
        !library[0] && ac_record_get(r, "executable")[0]
            ? find_apart(c, place, r, &t)
            : find_target(c, place, library[0] ? library : ac_record_get(r, "command"), "", &t);

    if (rc == AC_OK)
        rc = send_file(c, place, &t, err);
    ac_record_text(r, "target", ac_buf_str(&t.path));
    if (t.argument.n)
        ac_record_text(r, "target_argument", ac_buf_str(&t.argument));
    ac_record_textz(r, "target_state", state_word(c, &t));
    ac_record_bool(r, "user_writable", t.user_writable);
    if (t.is_long)
        ac_record_bool(r, "long", true);
    target_free(&t);
    return rc;
}

static const char *member(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));

    return z ? z : "";
}

static enum ac_rc resolve_action(struct ac_collector *c, const struct ac_place *place,
                                 json_t *action, struct ac_err *err)
{
    struct target t = {.node = AC_NODE_NONE};
    enum ac_rc rc;

    if (!member(action, "command")[0])
        return AC_OK;
    rc = find_target(c, place, member(action, "command"), member(action, "arguments"), &t);
    if (rc == AC_OK)
        rc = send_file(c, place, &t, err);
    ac_json_text(action, "target", ac_buf_str(&t.path));
    if (t.argument.n)
        ac_json_text(action, "target_argument", ac_buf_str(&t.argument));
    ac_json_textz(action, "target_state", state_word(c, &t));
    ac_json_bool(action, "user_writable", t.user_writable);
    target_free(&t);
    return rc;
}

/* What an event says was started, or is to be: its command line, else the program of a task's action. */
static const char *started_by(const struct ac_record *r)
{
    if (ac_record_get(r, "command")[0])
        return ac_record_get(r, "command");
    return ac_record_get(r, "task")[0] ? ac_record_get(r, "program") : "";
}

/* Events are many: a file record is sent of those targets only that lie where an ordinary user may write. */
static enum ac_rc resolve_event(struct ac_collector *c, const struct ac_place *place,
                                struct ac_record *r, struct ac_err *err)
{
    struct target t = {.node = AC_NODE_NONE};
    enum ac_rc rc;

    if (!started_by(r)[0])
        return AC_OK;
    rc = find_target(c, place, started_by(r), "", &t);
    if (rc == AC_OK && t.user_writable)
        rc = send_file(c, place, &t, err);
    ac_record_text(r, "target", ac_buf_str(&t.path));
    if (t.argument.n)
        ac_record_text(r, "target_argument", ac_buf_str(&t.argument));
    ac_record_textz(r, "target_state", state_word(c, &t));
    ac_record_bool(r, "user_writable", t.user_writable);
    target_free(&t);
    return rc;
}

enum ac_rc ac_targets_resolve(struct ac_collector *c, const struct ac_place *place,
                              struct ac_record *r, struct ac_err *err)
{
    const json_t *actions = ac_record_get_json(r, "actions");
    enum ac_rc rc = AC_OK;

    if (ac_record_kind(r) == AC_KIND_AUTOSTART)
        return resolve_autostart(c, place, r, err);
    if (ac_record_kind(r) == AC_KIND_EVENT)
        rc = resolve_event(c, place, r, err);
    for (size_t i = 0; rc == AC_OK && i < json_array_size(actions); i++)
        rc = resolve_action(c, place, json_array_get(actions, i), err);
    return rc;
}
