/*
 * Autostart extensibility points beyond the Run keys, and settings that malware changes: a table of
 * places, walked by one function.
 *
 * Sources: libyal/winreg-kb, docs/sources; Microsoft's documentation of each key; the dossier of the
 * five families for the settings and keys that rules ask for.
 */
#include "hive_autostart.h"

#include <ctype.h>
#include <string.h>

enum only {
    ANY,
    USER_PLACES, /* only commands that point into folders of users: ordinary software fills the rest */
    REDIRECTED, /* only what is no longer the default place of startup folders */
    BINARY,     /* only REG_BINARY values */
};

/* pattern: a path below the software root, '*' for any key; value: "*" all, "X*" beginning so, "" the default value,
 * "########" eight hexadecimal digits, NULL the key itself. mechanism NULL: a setting, no autostart. */
struct ac_hive_point {
    unsigned where;
    const char *pattern, *value, *mechanism;
    enum only only;
};

enum { REG_BINARY = 3 };

#define BOTH (AC_HIVE_POINTS_MACHINE | AC_HIVE_POINTS_USER)
#define MACHINE AC_HIVE_POINTS_MACHINE
#define USER AC_HIVE_POINTS_USER
#define CONTROL AC_HIVE_POINTS_CONTROL_SET
#define CLASSES AC_HIVE_POINTS_CLASSES
#define PROFILE AC_HIVE_POINTS_PROFILE
#define WINDOWS "Microsoft\\Windows\\CurrentVersion\\"
#define NT "Microsoft\\Windows NT\\CurrentVersion\\"

static const struct ac_hive_point points[] = {
    {BOTH, WINDOWS "RunOnceEx", "*", "run-once-ex", ANY},
    {BOTH, WINDOWS "RunOnceEx\\*", "*", "run-once-ex", ANY},
    {BOTH, WINDOWS "RunServices", "*", "run-services", ANY},
    {BOTH, WINDOWS "RunServicesOnce", "*", "run-services", ANY},
    {BOTH, WINDOWS "Policies\\System", "Shell", "policies-shell", ANY},
    {BOTH, WINDOWS "Explorer\\Shell Folders", "Startup", "startup-redirect", REDIRECTED},
    {BOTH, WINDOWS "Explorer\\User Shell Folders", "Startup", "startup-redirect", REDIRECTED},
    {BOTH, WINDOWS "Explorer\\Shell Folders", "Common Startup", "startup-redirect", REDIRECTED},
    {BOTH, WINDOWS "Explorer\\User Shell Folders", "Common Startup", "startup-redirect",
     REDIRECTED},
    {BOTH, WINDOWS "Explorer\\StartupApproved\\*", "*", "startup-approved", ANY},
    {BOTH, WINDOWS "Group Policy\\Scripts\\*\\*\\*", "Script", "policy-script", ANY},
    {BOTH, "Policies\\Microsoft\\Windows\\System\\Scripts\\*\\*\\*", "Script", "policy-script",
     ANY},
    {BOTH, NT "Winlogon", "Shell", "winlogon", ANY},
    {BOTH, NT "Winlogon", "Userinit", "winlogon", ANY},
    {BOTH, NT "Winlogon", "Taskman", "winlogon", ANY},
    {BOTH, NT "Winlogon", "System", "winlogon", ANY},
    {BOTH, NT "Winlogon", "GinaDLL", "winlogon", ANY},
    {BOTH, NT "Winlogon\\Notify\\*", "DLLName", "winlogon-notify", ANY},
    {BOTH, NT "Windows", "Load", "windows-load", ANY},
    {BOTH, NT "Windows", "Run", "windows-load", ANY},
    {MACHINE, NT "Windows", "AppInit_DLLs", "appinit", ANY},
    {MACHINE, NT "Image File Execution Options\\*", "Debugger", "ifeo-debugger", ANY},
    {MACHINE, NT "SilentProcessExit\\*", "MonitorProcess", "silent-process-exit", ANY},
    {BOTH, "Microsoft\\Active Setup\\Installed Components\\*", "StubPath", "active-setup", ANY},
    {BOTH, "Microsoft\\Command Processor", "AutoRun", "command-autorun", ANY},
    {BOTH, "Microsoft\\Office test\\Special\\Perf", "", "office-test", ANY},
    {BOTH, "Microsoft\\Office\\*\\*\\Options", "OPEN*", "office-addin", ANY},
    {BOTH, "Microsoft\\Office\\*\\Addins\\*", "Manifest", "office-addin", ANY},
    {PROFILE, "Environment", "UserInitMprLogonScript", "logon-script", ANY},
    {PROFILE, "Control Panel\\Desktop", "SCRNSAVE.EXE", "screen-saver", ANY},
    {CLASSES, "CLSID\\*\\InprocServer32", "", "com-server", USER_PLACES},
    {CLASSES, "Wow6432Node\\CLSID\\*\\InprocServer32", "", "com-server", USER_PLACES},
    {CONTROL, "Control\\Session Manager", "BootExecute", "boot-execute", ANY},
    {CONTROL, "Control\\Session Manager", "SetupExecute", "boot-execute", ANY},
    {CONTROL, "Control\\Session Manager\\AppCertDlls", "*", "appcert", ANY},
    {CONTROL, "Control\\Lsa", "Authentication Packages", "lsa-package", ANY},
    {CONTROL, "Control\\Lsa", "Notification Packages", "lsa-package", ANY},
    {CONTROL, "Control\\Lsa", "Security Packages", "lsa-package", ANY},
    {CONTROL, "Control\\Print\\Monitors\\*", "Driver", "print-monitor", ANY},
    {CONTROL, "Control\\Terminal Server\\Wds\\rdpwd", "StartupPrograms", "rdp-startup", ANY},
    {CONTROL, "Services\\*", "FailureCommand", "service-failure", ANY},
    /* settings */
    {MACHINE, "Microsoft\\Windows Defender\\Exclusions\\*", "*", NULL, ANY},
    {MACHINE, "Microsoft\\Microsoft Antimalware\\Exclusions\\*", "*", NULL, ANY},
    {MACHINE, "Policies\\Microsoft\\Windows Defender\\Exclusions\\*", "*", NULL, ANY},
    {MACHINE, "Policies\\Microsoft\\Windows Defender", "Disable*", NULL, ANY},
    {MACHINE, "Policies\\Microsoft\\Windows Defender\\Real-Time Protection", "Disable*", NULL, ANY},
    {MACHINE, "Policies\\Microsoft\\Windows Defender\\UX Configuration", "Notification_Suppress",
     NULL, ANY},
    {MACHINE, "Microsoft\\Windows Defender", "Disable*", NULL, ANY},
    {MACHINE, "Microsoft\\Windows Defender\\Real-Time Protection", "Disable*", NULL, ANY},
    {BOTH, WINDOWS "Policies\\System", "Disable*", NULL, ANY},
    {BOTH, WINDOWS "Policies\\Explorer", "NoRun", NULL, ANY},
    {USER, "AppDataLow\\Software\\Microsoft\\*", NULL, NULL, ANY},
    {USER, "AppDataLow\\Software\\Microsoft\\*", "*", NULL, ANY},
    {USER, "Microsoft\\*", "########", NULL, BINARY},
};

struct walk {
    struct ac_hive_job *job;
    const struct ac_hive_point *point;
};

/* ---- values */

static bool matches(const char *pattern, struct ac_str name)
{
    size_t n = strlen(pattern);

    if (strcmp(pattern, "########") == 0)
        return ac_str_is(name, 8, 8, isxdigit);
    if (n && pattern[n - 1] == '*')
        return ac_str_istarts(name, (struct ac_str){pattern, n - 1});
    return ac_str_ieq(name, ac_str_of(pattern));
}

static bool is_user_place(struct ac_str command)
{
    static const char *const places[] = {":\\Users\\",      "\\AppData\\",   "%APPDATA%",
                                         "%LOCALAPPDATA%",  "%USERPROFILE%", "%TEMP%",
                                         "\\ProgramData\\", "%ProgramData%", "\\Temp\\"};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (ac_str_ifind(command, ac_str_of(places[i])) >= 0)
            return true;
    }
    return false;
}

/* Windows names the folder Startup below the start menu, in the language of old versions. */
static bool is_default_startup(struct ac_str path)
{
    return ac_str_iends(path, AC_STR("\\Startup")) ||
           ac_str_ifind(path, AC_STR("\\Start Menu\\")) >= 0 ||
           ac_str_ifind(path, AC_STR("\xE3\x82\xB9\xE3\x82\xBF\xE3\x83\xBC\xE3\x83\x88")) >=
               0; /* スタート */
}

bool ac_hive_point_wants(const struct ac_hive_point *p, const struct ac_record *r)
{
    struct ac_str command = ac_str_of(ac_record_get(r, "command"));

    /* an empty text (Load, Run of old Windows) starts nothing; other types have their bytes in "raw" */
    if (command.n == 0 && ac_record_get_int(r, "value_type") != REG_BINARY)
        return false;
    switch (p->only) {
    case USER_PLACES:
        return is_user_place(command);
    case REDIRECTED:
        return command.n > 0 && !is_default_startup(command);
    case BINARY:
    case ANY:
        break;
    }
    return true;
}

/* StartupApproved: an even first byte says that the entry of that name is enabled; the time of
 * disabling stands in bytes 4 to 11. */
static void put_approval(struct ac_hive_job *j, struct ac_record *r, const struct ac_hive_value *v)
{
    struct ac_view data;

    if (!ac_hive_data(j->hive, v, &j->pieces, &data) || data.n < 12)
        return;
    ac_record_bool(r, "enabled", data.p[0] % 2 == 0);
    ac_record_time(r, "disabled_at", (struct ac_filetime){ac_le64(data.p + 4)});
}

static void emit_autostart(struct walk *w, const struct ac_hive_place *place,
                           const struct ac_hive_value *v)
{
    struct ac_hive_job *j = w->job;
    struct ac_record *r = ac_record_new(AC_KIND_AUTOSTART);

    ac_record_text(r, "location", ac_buf_str(&place->path));
    ac_hive_put_name(j, r, "name", v->name, v->latin1);
    ac_hive_put_data(j, r, "command", v);
    ac_record_int(r, "value_type", v->type);
    ac_record_textz(r, "user", j->user);
    ac_record_textz(r, "mechanism", w->point->mechanism);
    if (j->other_set)
        ac_record_textz(r, "control_set", j->other_set);
    if (strcmp(w->point->mechanism, "startup-approved") == 0)
        put_approval(j, r, v);
    if (!r || !ac_hive_point_wants(w->point, r)) {
        ac_record_free(r);
        return;
    }
    ac_hive_prov(j, r, place, v);
    ac_hive_emit(j, r);
}

static struct ac_str below_root(const struct ac_hive_job *j, const struct ac_hive_place *place)
{
    struct ac_str full = ac_buf_str(&place->path);
    size_t skip = strlen(j->prefix) + 1;

    return full.n > skip ? (struct ac_str){full.p + skip, full.n - skip} : (struct ac_str){"", 0};
}

static void emit_key(struct walk *w, const struct ac_hive_place *place)
{
    struct ac_record *r = ac_record_new(AC_KIND_KEY);

    ac_record_text(r, "path", below_root(w->job, place));
    ac_record_time(r, "last_written", place->key.last_written);
    ac_hive_prov(w->job, r, place, NULL);
    ac_hive_emit(w->job, r);
}

static void take_value(struct walk *w, const struct ac_hive_place *place,
                       const struct ac_hive_value *v)
{
    struct ac_buf name = {0};
    bool fits;

    ac_hive_name(v->name, v->latin1, &name, NULL);
    ac_hive_check(w->job, &name);
    fits = matches(w->point->value, ac_buf_str(&name)) &&
           (w->point->only != BINARY || v->type == REG_BINARY);
    ac_buf_free(&name);
    if (!fits)
        return;
    if (w->point->mechanism)
        emit_autostart(w, place, v);
    else
        ac_hive_emit_value(w->job, below_root(w->job, place), place, v);
}

static void take_key(struct walk *w, const struct ac_hive_place *place)
{
    struct ac_hive_values values;
    struct ac_hive_value v;

    if (!w->point->value) {
        emit_key(w, place);
        return;
    }
    ac_hive_values(w->job->hive, &place->key, &values);
    while (ac_hive_going(w->job) && ac_hive_next_value(w->job->hive, &values, &v))
        take_value(w, place, &v);
}

/* ---- keys */

static void walk_down(struct walk *w, const struct ac_hive_place *place, const char *pattern);

/* Every subkey in the place of a '*'; the pattern goes on behind it. */
static void walk_subkeys(struct walk *w, const struct ac_hive_place *place, const char *rest)
{
    struct ac_hive_subkeys list;
    struct ac_hive_key key;

    ac_hive_subkeys(w->job->hive, &place->key, &list);
    while (ac_hive_going(w->job) && ac_hive_next_subkey(w->job->hive, &list, &key)) {
        struct ac_hive_place below;

        ac_hive_enter_key(w->job, place, &key, &below);
        walk_down(w, &below, rest);
        ac_buf_free(&below.path);
    }
}

/* Follows the pattern from a key: as deep as the pattern has components, so that recursion is bounded. */
static void walk_down(struct walk *w, const struct ac_hive_place *place, const char *pattern)
{
    struct ac_hive_place next = {.key = place->key};
    const char *star = strchr(pattern, '*');
    size_t literal = star ? (size_t)(star - pattern) : strlen(pattern);
    char path[160];

    if (!ac_hive_going(w->job) || literal >= sizeof(path))
        return;
    while (literal > 0 && pattern[literal - 1] == '\\')
        literal--;
    memcpy(path, pattern, literal);
    path[literal] = '\0';
    ac_buf_adds(&next.path, ac_buf_str(&place->path));
    if (literal == 0 || ac_hive_find(w->job->hive, &place->key, path, &next.key, &next.path)) {
        ac_hive_check(w->job, &next.path);
        if (!star)
            take_key(w, &next);
        else
            walk_subkeys(w, &next, star[1] == '\\' ? star + 2 : star + 1);
    }
    ac_buf_free(&next.path);
}

void ac_hive_points(struct ac_hive_job *j, unsigned where, const char *base)
{
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]) && ac_hive_going(j); i++) {
        struct walk w = {j, &points[i]};
        struct ac_hive_place top = {.key = j->root};
        bool there;

        if (!(points[i].where & where))
            continue;
        ac_buf_addz(&top.path, j->prefix);
        there = !base[0] || ac_hive_find(j->hive, &j->root, base, &top.key, &top.path);
        ac_hive_check(j, &top.path);
        if (there)
            walk_down(&w, &top, points[i].pattern);
        ac_buf_free(&top.path);
    }
}

/* ---- values that were found without following a path */

/* The first component and what follows it. */
static struct ac_str take_component(struct ac_str *rest)
{
    size_t n = 0;
    struct ac_str first;

    while (n < rest->n && rest->p[n] != '\\')
        n++;
    first = (struct ac_str){rest->p, n};
    n += n < rest->n;
    *rest = (struct ac_str){rest->p + n, rest->n - n};
    return first;
}

/* Is the path the pattern, component by component? What is left of the path in *rest; an empty pattern
 * leaves all. */
static bool begins_so(const char *pattern, struct ac_str *rest)
{
    struct ac_str p = ac_str_of(pattern);

    while (p.n > 0) {
        struct ac_str want = take_component(&p), have = take_component(rest);

        if (have.n == 0 || !(ac_str_eq(want, AC_STR("*")) || ac_str_ieq(want, have)))
            return false;
    }
    return true;
}

static bool fits(const struct ac_hive_point *p, struct ac_str name, const struct ac_hive_value *v)
{
    if (!v || !p->value)
        return !v && !p->value;
    return matches(p->value, name) && (p->only != BINARY || v->type == REG_BINARY);
}

const struct ac_hive_point *ac_hive_point_of(const struct ac_hive_job *j, struct ac_str path,
                                             struct ac_str name, const struct ac_hive_value *v)
{
    static const struct {
        const char *prefix; /* of the hive */
        unsigned where;
        const char *base;
    } bases[] = {
        {"HKLM\\SOFTWARE", MACHINE, ""},          {"HKLM\\SOFTWARE", MACHINE, "WOW6432Node"},
        {"HKLM\\SYSTEM", CONTROL, "*"},           {"HKU\\", USER, "Software"},
        {"HKU\\", USER, "Software\\WOW6432Node"}, {"HKU\\", PROFILE, ""},
        {"HKU\\", CLASSES, "Software\\Classes"},  {"HKU\\", CLASSES, ""},
    };

    for (size_t b = 0; b < sizeof(bases) / sizeof(bases[0]); b++) {
        struct ac_str below = path;

        if (!ac_str_istarts(ac_str_of(j->prefix), ac_str_of(bases[b].prefix)) ||
            !begins_so(bases[b].base, &below))
            continue;
        for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
            struct ac_str rest = below;

            if ((points[i].where & bases[b].where) && fits(&points[i], name, v) &&
                begins_so(points[i].pattern, &rest) && rest.n == 0)
                return &points[i];
        }
    }
    return NULL;
}

const char *ac_hive_point_mechanism(const struct ac_hive_point *p)
{
    return p->mechanism;
}
