/* One panel for each user in report.html: the account, the findings that concern the profile, and how much was
 * read of it; and one for what concerns no profile. */
#include "report/html.h"

#include "base/alloc.h"
#include "base/limits.h"

#include <string.h>

#define MOST_FINDINGS 20

struct panel {
    const char *evidence, *system, *name, *sid; /* Borrowed */
    const struct ac_record *account;            /* NULL: none is known */
    size_t autostarts, executions, documents, activities;
};

struct panels {
    struct panel *items; /* Owned */
    size_t n, cap, left_out;
};

static bool is_name_of(const struct panel *p, const char *user)
{
    return user[0] && (ac_fold_eq(ac_str_of(user), ac_str_of(p->name)) ||
                       (p->sid[0] && strcmp(user, p->sid) == 0));
}

static struct panel *panel_of(struct panels *all, const struct ac_record *r, const char *user)
{
    for (size_t i = 0; i < all->n; i++) {
        struct panel *p = &all->items[i];

        if (is_name_of(p, user) && strcmp(p->evidence, ac_record_prov(r, "evidence")) == 0 &&
            strcmp(p->system, ac_record_prov(r, "system")) == 0)
            return p;
    }
    return NULL;
}

/* A new panel, or the one that there is; NULL: too many, or no memory. */
static struct panel *add(struct ac_html *h, struct panels *all, const struct ac_record *r,
                         const char *user)
{
    struct panel *p = panel_of(all, r, user);

    if (p)
        return p;
    if (all->n >= AC_MAX_HTML_PANELS) {
        all->left_out++;
        return NULL;
    }
    if (ac_grow((void **)&all->items, &all->cap, all->n + 1, sizeof(*all->items)) != 0) {
        h->out->failed = true;
        return NULL;
    }
    p = &all->items[all->n++];
    *p = (struct panel){.evidence = ac_record_prov(r, "evidence"),
                        .system = ac_record_prov(r, "system"),
                        .name = user,
                        .sid = ""};
    return p;
}

/* Accounts with a profile: others have left nothing of their own on the disk. */
static void add_account(struct ac_html *h, struct panels *all, const struct ac_record *r)
{
    const char *sid = ac_record_get(r, "sid"), *name = ac_record_get(r, "name");
    struct panel *p;

    if (ac_record_get(r, "profile")[0] == '\0' || ac_record_prov(r, "snapshot")[0])
        return;
    p = panel_of(all, r, sid);
    if (!p && (name[0] || sid[0]))
        p = add(h, all, r, name[0] ? name : sid);
    if (!p || p->account)
        return;
    p->account = r;
    p->sid = sid;
}

static void count(struct panels *all, const struct ac_record *r)
{
    struct panel *p;

    if (!ac_schema_field(ac_schema_of(ac_record_kind(r)), "user"))
        return;
    p = panel_of(all, r, ac_record_get(r, "user"));
    if (!p)
        return;
    p->autostarts += ac_record_kind(r) == AC_KIND_AUTOSTART;
    p->executions += ac_record_kind(r) == AC_KIND_EXECUTION;
    p->activities += ac_record_kind(r) == AC_KIND_ACTIVITY;
    p->documents +=
        ac_record_kind(r) == AC_KIND_DELIVERY && ac_record_get_bool(r, "macros_enabled");
}

/* Does the finding concern the profile, on its installation? `p` NULL: does it concern none? */
static bool concerns(struct ac_html *h, const struct ac_finding *f, const struct panel *p)
{
    struct ac_buf users = {0};
    struct ac_set seen = {0};
    bool is;

    ac_text_users(f, &seen, &users);
    if (!p)
        is = seen.n == 0;
    else
        is = f->n_records > 0 &&
             strcmp(ac_record_prov(f->records[0], "evidence"), p->evidence) == 0 &&
             strcmp(ac_record_prov(f->records[0], "system"), p->system) == 0 &&
             (ac_set_has(&seen, ac_str_of(p->name)) ||
              (p->sid[0] && ac_set_has(&seen, ac_str_of(p->sid))));
    h->out->failed |= users.failed;
    ac_buf_free(&users);
    ac_set_free(&seen);
    return is;
}

static void gather(struct ac_html *h, struct panels *all)
{
    for (size_t i = 0; i < h->a->n_records; i++) {
        if (ac_record_kind(h->a->records[i]) == AC_KIND_ACCOUNT)
            add_account(h, all, h->a->records[i]);
    }
    for (size_t i = 0; i < h->a->n_findings; i++) {
        const struct ac_finding *f = h->a->findings[i];

        if (f->user && f->user[0] && f->n_records)
            add(h, all, f->records[0], f->user);
    }
    for (size_t i = 0; i < h->a->n_records; i++)
        count(all, h->a->records[i]);
}

/* ---- writing */

static void finding(struct ac_html *h, const struct ac_finding *f)
{
    struct ac_buf text[AC_HTML_LANGUAGES] = {{0}};
    const char *strength = ac_strength_name(f->strength);

    ac_html_raw(h, "<li>");
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        ac_buf_addf(&text[l], "%s  %s (%s): ", f->id, f->rule->id,
                    ac_text_word(&h->text[l], strength));
        ac_text_finding(&h->text[l], f, &text[l]);
    }
    ac_html_pair_linked(h, ac_buf_str(&text[0]), ac_buf_str(&text[1]));
    ac_html_raw(h, "</li>\n");
    for (unsigned l = 0; l < AC_HTML_LANGUAGES; l++) {
        h->out->failed |= text[l].failed;
        ac_buf_free(&text[l]);
    }
}

/* Those above "listed" first. */
static void findings(struct ac_html *h, const struct panel *p)
{
    size_t n = 0;
    char number[AC_DOC_NUMBER];

    ac_html_raw(h, "<ul>\n");
    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < h->a->n_findings; i++) {
            const struct ac_finding *f = h->a->findings[i];

            if ((f->strength > AC_LISTED) != (pass == 0) || !concerns(h, f, p))
                continue;
            if (n++ < MOST_FINDINGS)
                finding(h, f);
        }
    }
    if (n == 0 || n > MOST_FINDINGS) {
        ac_html_raw(h, "<li>");
        if (n)
            ac_html_say(h, N_("Further findings, in the table below: %1$s."),
                        ac_doc_number(number, n - MOST_FINDINGS), NULL);
        else
            ac_html_say(h, N_("No finding. What was read, and what was not, stands in R7."), NULL);
        ac_html_raw(h, "</li>\n");
    }
    ac_html_raw(h, "</ul>\n");
}

static void row(struct ac_html *h, const char *label, const char *value)
{
    ac_html_raw(h, "<div><dt>");
    ac_html_say(h, label, NULL);
    ac_html_raw(h, "</dt><dd>");
    ac_html_textz(h, value);
    ac_html_raw(h, "</dd></div>\n");
}

static void times_of(struct ac_html *h, const struct ac_record *account)
{
    static const struct {
        const char *field, *label;
    } times[] = {{"last_logon", N_("Last logon (SAM)")},
                 {"profile_loaded", N_("Profile loaded")},
                 {"profile_unloaded", N_("Profile unloaded")}};

    for (size_t i = 0; account && i < sizeof(times) / sizeof(times[0]); i++) {
        if (ac_record_get(account, times[i].field)[0])
            row(h, times[i].label, ac_record_get(account, times[i].field));
    }
}

static void panel(struct ac_html *h, const struct panel *p)
{
    char n[AC_DOC_NUMBER];

    ac_html_raw(h, "<section class=\"panel\">\n<h3>");
    ac_html_textz(h, p->name);
    ac_html_raw(h, "</h3>\n<dl>\n");
    row(h, N_("Evidence"), p->evidence);
    row(h, N_("Installation"), p->system);
    row(h, N_("SID"), p->sid[0] ? p->sid : "-");
    if (p->account)
        row(h, N_("Profile folder as stored"), ac_record_get(p->account, "profile"));
    times_of(h, p->account);
    row(h, N_("Autostart entries"), ac_doc_number(n, p->autostarts));
    row(h, N_("Traces of programs"), ac_doc_number(n, p->executions));
    row(h, N_("Traces of what was opened or typed"), ac_doc_number(n, p->activities));
    row(h, N_("Documents with macros or content enabled"), ac_doc_number(n, p->documents));
    ac_html_raw(h, "</dl>\n");
    findings(h, p);
    ac_html_raw(h, "</section>\n");
}

void ac_html_users(struct ac_html *h)
{
    struct panels all = {0};
    char n[AC_DOC_NUMBER];

    gather(h, &all);
    ac_html_raw(h, "<section>\n<h2 id=\"users\">");
    ac_html_say(h, N_("User by user"), NULL);
    ac_html_raw(h, "</h2>\n<p class=\"note\">");
    ac_html_say(h, N_("A profile names an account, not a person; who used it was not examined."),
                NULL);
    ac_html_raw(h, "</p>\n<div class=\"panels\">\n");
    for (size_t i = 0; i < all.n && !h->out->failed; i++)
        panel(h, &all.items[i]);
    ac_html_raw(h, "<section class=\"panel\">\n<h3>");
    ac_html_say(h, N_("Findings that name no profile"), NULL);
    ac_html_raw(h, "</h3>\n");
    findings(h, NULL);
    ac_html_raw(h, "</section>\n</div>\n");
    if (all.left_out) {
        ac_html_raw(h, "<p class=\"note\">");
        ac_html_say(h, N_("Further users, not shown here: %1$s. R3 lists all accounts."),
                    ac_doc_number(n, all.left_out), NULL);
        ac_html_raw(h, "</p>\n");
    }
    ac_html_raw(h, "</section>\n");
    ac_free(all.items);
}
