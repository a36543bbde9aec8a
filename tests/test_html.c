/* report.html: structure, numbers, languages, hostile text, bounds. Read with libxml2. */
#include "report_case.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/set.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static const char *const languages[] = {"en", "ja"};

/* What names on a disk may hold that means something in HTML, XML, scripts or style sheets. */
static const char *const hostile[] = {
    "<script>document.title='ran'</script>",
    "\"onmouseover=\"alert(1)",
    "' onfocus='alert(1)' x='",
    "]]></style></script><img src=x onerror=alert(1)>",
    "</style><style>*{display:none}",
    "<!-- -->&lt;&#60;&nbsp;&undefined;",
    "javascript:alert(1)",
    "\xE2\x80\xAE"
    "gpj.exe\xE2\x80\x8F\xC2\x85\xEF\xBF\xBE",
    "</span></td></tr></table></main></div>",
    "F-001 R-000001 F-0015 xF-001",
};

static void make(const struct report_case *c, struct ac_buf *out)
{
    struct ac_err err = {0};

    cr_assert_eq(ac_report_html(&c->in, out, &err), AC_OK);
}

static xmlDoc *parse(const struct ac_buf *text)
{
    xmlDoc *doc =
        xmlReadMemory(ac_buf_text(text), (int)text->n, "report.html", NULL,
                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    cr_assert_not_null(doc, "it is no well-formed XML");
    return doc;
}

static const char *attribute(const xmlNode *n, const char *name)
{
    for (const xmlAttr *a = n->properties; a; a = a->next) {
        if (strcmp((const char *)a->name, name) == 0 && !a->ns)
            return a->children ? (const char *)a->children->content : "";
    }
    return NULL;
}

static bool is(const xmlNode *n, const char *element)
{
    return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, element) == 0;
}

static void each(xmlNode *n, void (*visit)(xmlNode *n, void *context), void *context)
{
    for (; n; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        visit(n, context);
        each(n->children, visit, context);
    }
}

/* Names, control characters and hidden directions in every place where evidence or a human speaks. */
static void make_hostile(struct report_case *c)
{
    static const char *const fields[] = {"name", "command", "location", "user", "path", "target"};
    size_t n = sizeof(hostile) / sizeof(hostile[0]), k = 0;

    for (size_t i = 0; i < c->assessment.n_findings;
         i++) { /* these are borrowed from the records */
        if (c->assessment.findings[i]->user && c->assessment.findings[i]->user[0])
            c->assessment.findings[i]->user = hostile[k++ % n];
        c->assessment.findings[i]->subject = hostile[k++ % n];
    }
    for (size_t i = 0; i < c->n; i++) {
        const struct ac_schema *s = ac_schema_of(ac_record_kind(c->records[i]));

        for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
            if (ac_schema_field(s, fields[f]) && ac_record_get(c->records[i], fields[f])[0])
                ac_record_textz(c->records[i], fields[f], hostile[k++ % n]);
        }
        ac_record_prov_textz(c->records[i], "path", hostile[k++ % n]);
        if (ac_record_prov_has(c->records[i], "key"))
            ac_record_prov_textz(c->records[i], "key", hostile[k++ % n]);
    }
    json_object_set_new(c->human, "case_id", json_string(hostile[0]));
    json_object_set_new(c->human, "examiner", json_string(hostile[3]));
    json_object_set_new(c->run, "host", json_string(hostile[4]));
}

/* ---- structure */

static bool is_listed(const char *const *list, const char *name)
{
    while (*list && strcmp(*list, name) != 0)
        list++;
    return *list != NULL;
}

struct counts {
    unsigned scripts, styles, headings, level;
};

static void check_node(xmlNode *n, void *context)
{
    static const char *const elements[] = {
        "html",    "head",   "meta",   "title",   "style",   "body",       "input", "label",
        "div",     "header", "h1",     "h2",      "h3",      "h4",         "h5",    "p",
        "nav",     "ul",     "li",     "a",       "main",    "table",      "thead", "tbody",
        "tr",      "th",     "td",     "span",    "svg",     "desc",       "rect",  "text",
        "line",    "path",   "figure", "section", "details", "dl",         "dt",    "dd",
        "summary", "code",   "br",     "script",  "strong",  "figcaption", NULL};
    static const char *const attributes[] = {"lang",
                                             "charset",
                                             "http-equiv",
                                             "content",
                                             "name",
                                             "type",
                                             "class",
                                             "id",
                                             "checked",
                                             "for",
                                             "href",
                                             "scope",
                                             "x",
                                             "y",
                                             "x1",
                                             "x2",
                                             "y1",
                                             "y2",
                                             "width",
                                             "height",
                                             "d",
                                             "role",
                                             "aria-labelledby",
                                             "viewBox",
                                             "data-k",
                                             "tabindex",
                                             "aria-label",
                                             NULL};
    struct counts *c = context;
    const char *href = attribute(n, "href"), *name = (const char *)n->name;

    cr_expect(is_listed(elements, name), "element %s", name);
    for (const xmlAttr *a = n->properties; a; a = a->next)
        cr_expect(is_listed(attributes, (const char *)a->name), "attribute %s", a->name);
    cr_expect(!href || href[0] == '#', "a link leads out: %s", href);
    c->scripts += is(n, "script");
    c->styles += is(n, "style");
    if (name[0] == 'h' && isdigit((unsigned char)name[1])) {
        unsigned level = (unsigned)(name[1] - '0');

        cr_expect_leq(level, c->level + 1, "h%u after h%u", level, c->level);
        c->level = level;
        c->headings++;
    }
}

static void check_structure(const struct report_case *c)
{
    struct ac_buf text = {0};
    struct counts n = {0};
    xmlDoc *doc;

    make(c, &text);
    doc = parse(&text);
    each(xmlDocGetRootElement(doc), check_node, &n);
    cr_expect_eq(n.scripts, 1);
    cr_expect_eq(n.styles, 1);
    cr_expect_gt(n.headings, 50);
    xmlFreeDoc(doc);
    ac_buf_free(&text);
}

Test(html, holds_what_it_may_and_nothing_else)
{
    struct report_case c;

    rc_init(&c);
    check_structure(&c);
    rc_free(&c);
    rc_init_empty(&c);
    check_structure(&c);
    rc_free(&c);
    rc_init_traces(&c);
    check_structure(&c);
    rc_free(&c);
}

Test(html, hostile_text_is_inert)
{
    struct report_case c;
    struct ac_buf text = {0};
    struct ac_str s;

    rc_init(&c);
    make_hostile(&c);
    check_structure(&c);
    make(&c, &text);
    cr_expect_not_null(strstr(ac_buf_text(&text), "&lt;script&gt;document.title=&#39;ran&#39;"));
    cr_expect_not_null(strstr(ac_buf_text(&text), "&quot;onmouseover=&quot;alert(1)"));
    cr_expect_not_null(strstr(ac_buf_text(&text), "\\u{202E}gpj.exe\\u{200F}\\u{85}\\u{FFFE}"));
    s = ac_buf_str(&text);
    for (size_t i = 0; i < s.n;) {
        unsigned u = ac_utf8_next(s, &i);

        cr_assert_not((u < 0x20 && u != '\n') || (u >= 0x7F && u < 0xA0) ||
                          (u >= 0x200B && u <= 0x200F) || (u >= 0x202A && u <= 0x202E) ||
                          (u & 0xFFFE) == 0xFFFE,
                      "U+%04X at byte %zu", u, i);
    }
    ac_buf_free(&text);
    rc_free(&c);
}

/* ---- the policy names the digests of the style sheet and the script */

static void expect_digest(const char *policy, const char *directive, const xmlNode *n)
{
    unsigned char digest[EVP_MAX_MD_SIZE], base64[100];
    char wanted[200];
    unsigned size = 0;
    xmlChar *content = xmlNodeGetContent(n);

    cr_assert(EVP_Digest(content, strlen((char *)content), digest, &size, EVP_sha256(), NULL));
    EVP_EncodeBlock(base64, digest, (int)size);
    snprintf(wanted, sizeof(wanted), "; %s 'sha256-%s'; ", directive, base64);
    cr_expect_not_null(strstr(policy, wanted), "%s in %s", wanted, policy);
    xmlFree(content);
}

struct policy {
    char text[1000];
    xmlNode *style, *script;
};

static void find_policy(xmlNode *n, void *context)
{
    struct policy *p = context;

    if (is(n, "meta") && attribute(n, "http-equiv"))
        snprintf(p->text, sizeof(p->text), "%s", attribute(n, "content"));
    if (is(n, "style"))
        p->style = n;
    if (is(n, "script"))
        p->script = n;
}

Test(html, the_policy_allows_its_own_style_and_script_only)
{
    struct report_case c;
    struct ac_buf text = {0};
    struct policy p = {0};
    xmlDoc *doc;

    rc_init(&c);
    make(&c, &text);
    doc = parse(&text);
    each(xmlDocGetRootElement(doc), find_policy, &p);
    cr_expect_eq(strncmp(p.text, "default-src 'none'; ", 20), 0);
    cr_expect_null(strstr(p.text, "unsafe"));
    expect_digest(p.text, "style-src", p.style);
    expect_digest(p.text, "script-src", p.script);
    xmlFreeDoc(doc);
    ac_buf_free(&text);
    rc_free(&c);
}

/* ---- links */

struct links {
    struct ac_set ids;
    unsigned links, missing, twice;
};

static void find_ids(xmlNode *n, void *context)
{
    const char *id = attribute(n, "id");
    struct links *l = context;

    if (!id)
        return;
    l->twice += ac_set_has(&l->ids, ac_str_of(id));
    cr_assert_eq(ac_set_put(&l->ids, ac_str_of(id), 1), AC_OK);
}

static void follow(xmlNode *n, void *context)
{
    const char *href = attribute(n, "href");
    struct links *l = context;

    if (!href)
        return;
    l->links++;
    if (!ac_set_has(&l->ids, ac_str_of(href + 1))) {
        l->missing++;
        cr_log_error("%s leads nowhere", href);
    }
}

Test(html, every_link_leads_somewhere)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf text = {0};
        struct links l = {0};
        xmlDoc *doc;

        rc_init(&c);
        if (k == 1)
            make_hostile(&c);
        make(&c, &text);
        doc = parse(&text);
        each(xmlDocGetRootElement(doc), find_ids, &l);
        each(xmlDocGetRootElement(doc), follow, &l);
        cr_expect_gt(l.links, 400);
        cr_expect_eq(l.missing, 0);
        cr_expect_eq(l.twice, 0);
        for (size_t i = 0; i < c.assessment.n_findings; i++) {
            struct ac_buf id = {0};

            ac_buf_addf(&id, "ja-%s", c.assessment.findings[i]->id);
            cr_expect(ac_set_has(&l.ids, ac_buf_str(&id)), "%s", ac_buf_text(&id));
            ac_buf_free(&id);
        }
        ac_set_free(&l.ids);
        xmlFreeDoc(doc);
        ac_buf_free(&text);
        rc_free(&c);
    }
}

/* ---- the same statements with the same numbers as in the text reports */

struct statements {
    const char *prefix; /* "en-s" */
    char *text[5000];   /* without white space */
    unsigned n;
};

static void squeeze(const char *from, size_t n, struct ac_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        if (!isspace((unsigned char)from[i]))
            ac_buf_addc(out, from[i]);
    }
}

static void find_statements(xmlNode *n, void *context)
{
    struct statements *s = context;
    const char *id = attribute(n, "id");
    struct ac_buf text = {0};
    xmlNode *span = n->children;
    xmlChar *content;

    if (!is(n, "p") || !id || strncmp(id, s->prefix, 4) != 0)
        return;
    s->n++;
    cr_assert_lt(s->n, 5000);
    cr_expect_eq(atoi(id + 4), (int)s->n, "%s is statement %u", id, s->n);
    while (span && !(is(span, "span") && !attribute(span, "id")))
        span = span->next;
    cr_assert_not_null(span);
    content = xmlNodeGetContent(span);
    squeeze((char *)content, strlen((char *)content), &text);
    s->text[s->n] = text.p;
    xmlFree(content);
}

/* First lines of statements: "  123 text". */
static void compare_lines(const struct ac_buf *report, const struct statements *s)
{
    unsigned last = 0;

    for (const char *p = ac_buf_text(report); *p; p = strchr(p, '\n') + 1) {
        size_t n = strcspn(p, "\n");
        unsigned number = 0;
        struct ac_buf line = {0};
        int used = 0;

        if (n < 6 || sscanf(p, "%5u%n", &number, &used) != 1 || used != 5 || number != last + 1)
            continue;
        last = number;
        cr_assert_leq(number, s->n);
        squeeze(p + 5, n - 5, &line);
        cr_expect_eq(strncmp(s->text[number] ? s->text[number] : "", ac_buf_text(&line), line.n), 0,
                     "%u: %s", number, ac_buf_text(&line));
        ac_buf_free(&line);
    }
    cr_expect_eq(last, s->n);
}

Test(html, statements_are_those_of_the_text_reports)
{
    for (int k = 0; k < 2; k++) {
        struct report_case c;
        struct ac_buf text = {0}, report = {0};
        struct statements s = {.prefix = k ? "ja-s" : "en-s"};
        xmlDoc *doc;

        rc_init(&c);
        make(&c, &text);
        rc_print(&c, languages[k], &report);
        doc = parse(&text);
        each(xmlDocGetRootElement(doc), find_statements, &s);
        cr_expect_gt(s.n, 150);
        compare_lines(&report, &s);
        for (unsigned i = 1; i <= s.n; i++)
            ac_free(s.text[i]);
        xmlFreeDoc(doc);
        ac_buf_free(&text);
        ac_buf_free(&report);
        rc_free(&c);
    }
}

/* ---- languages: wherever one is, the other is beside it */

static void count_languages(xmlNode *n, void *context)
{
    unsigned *counts = context;
    const char *lang = attribute(n, "lang");

    if (!lang || is(n, "html") || is(n, "label"))
        return;
    cr_expect(strcmp(lang, "en") == 0 || strcmp(lang, "ja") == 0);
    counts[strcmp(lang, "ja") == 0]++;
}

Test(html, both_languages_are_in_it)
{
    struct report_case c;
    struct ac_buf text = {0};
    unsigned counts[2] = {0};
    xmlDoc *doc;

    rc_init(&c);
    make(&c, &text);
    doc = parse(&text);
    each(xmlDocGetRootElement(doc), count_languages, counts);
    cr_expect_gt(counts[0], 100);
    cr_expect_eq(counts[0], counts[1]);
    cr_expect_not_null(strstr(ac_buf_text(&text), "The days of the findings / 所見のある日々"));
    cr_expect_not_null(strstr(ac_buf_text(&text), "参考であって証拠ではなく"));
    xmlFreeDoc(doc);
    ac_buf_free(&text);
    rc_free(&c);
}

/* ---- the same bytes, but for the marked blocks */

static void mask(const struct ac_buf *text, struct ac_buf *out)
{
    const char *p = ac_buf_text(text);

    for (int k = 0; k < 2; k++) {
        const char *begin = strstr(p, "<p class=\"mark\">----"), *end;

        cr_assert_not_null(begin);
        end = strstr(begin + 1, "<p class=\"mark\">----");
        cr_assert_not_null(end);
        ac_buf_add(out, p, (size_t)(begin - p));
        ac_buf_addz(out, "[masked]");
        p = end + 20;
    }
    ac_buf_addz(out, p);
}

Test(html, runs_differ_in_their_blocks_only)
{
    struct report_case c;
    struct ac_buf one = {0}, two = {0}, three = {0}, first = {0}, third = {0};

    rc_init(&c);
    make(&c, &one);
    make(&c, &two);
    cr_expect_str_eq(ac_buf_text(&one), ac_buf_text(&two));
    json_object_set_new(c.run, "host", json_string("another"));
    make(&c, &three);
    cr_expect_str_neq(ac_buf_text(&one), ac_buf_text(&three));
    mask(&one, &first);
    mask(&three, &third);
    cr_expect_str_eq(ac_buf_text(&first), ac_buf_text(&third));
    ac_buf_clear(&three);
    ac_buf_clear(&third);
    c.in.run = NULL;
    make(&c, &three);
    mask(&three, &third);
    cr_expect_str_eq(ac_buf_text(&first), ac_buf_text(&third));
    ac_buf_free(&one);
    ac_buf_free(&two);
    ac_buf_free(&three);
    ac_buf_free(&first);
    ac_buf_free(&third);
    rc_free(&c);
}

/* ---- bounds */

#define MANY 2000

static unsigned count_of(const char *text, const char *what)
{
    unsigned n = 0;

    for (const char *p = text; (p = strstr(p, what)); p++)
        n++;
    return n;
}

/* Very many autostarts, tasks of users, and starts of programs at times from 1601 to 9999. */
Test(html, tables_panels_and_marks_are_bounded)
{
    struct report_case c;
    struct ac_buf text = {0};
    struct ac_record **all;
    size_t n, others = 0;

    rc_init(&c);
    n = c.n + MANY;
    all = ac_calloc(n, sizeof(*all));
    memcpy(all, c.records, c.n * sizeof(*all));
    for (size_t i = c.n; i < n; i++) {
        char line[600];

        snprintf(
            line, sizeof(line),
            "{\"id\":\"R-%06zu\",\"kind\":\"execution\",\"fields\":{\"artefact\":\"prefetch\","
            "\"program\":\"A.EXE\",\"user\":\"person%zu\",\"run_times\":[\"%04zu-01-02T03:04:"
            "05Z\"]},\"provenance\":{\"evidence\":\"E1\",\"system\":\"Windows\",\"path\":\"x\"}}",
            i + 1, i, 1601 + (i - c.n) * 4);
        cr_assert_eq(ac_record_parse(line, strlen(line), &all[i], NULL), AC_OK, "%s", line);
    }
    c.assessment.records = all;
    c.assessment.n_records = n;
    make(&c, &text);
    xmlFreeDoc(parse(&text));
    for (size_t i = 0; i < c.n; i++)
        others += ac_record_kind(c.records[i]) == AC_KIND_AUTOSTART ||
                  ac_record_kind(c.records[i]) == AC_KIND_TASK;
    cr_expect_eq(count_of(ac_buf_text(&text), "<tr id=\"R-"), AC_MAX_HTML_ROWS + others);
    cr_expect_not_null(strstr(ac_buf_text(&text), "Shown: 500 of 2001."));
    cr_expect_lt(count_of(ac_buf_text(&text), "<path class=\"lane2\""), 100);
    for (size_t i = c.n; i < n; i++)
        ac_record_free(all[i]);
    ac_free(all);
    ac_buf_free(&text);
    rc_free(&c);
}

/* A finding whose file times are at both ends of what can be printed. */
Test(html, times_at_the_ends_of_the_calendar_are_drawn_or_counted)
{
    struct report_case c;
    struct ac_buf text = {0};
    static const char *const times[] = {"1601-01-01T00:00:00.0000001Z", "9999-12-31T23:59:59Z",
                                        "2021-01-05T08:30:14Z"};

    rc_init(&c);
    for (size_t k = 0; k < sizeof(times) / sizeof(times[0]); k++) {
        for (size_t i = 0; i < c.n; i++) {
            struct ac_filetime t;

            cr_assert(ac_time_parse(times[k], &t));
            ac_record_time(ac_record_kind(c.records[i]) == AC_KIND_FILE ? c.records[i] : NULL,
                           "modified", t);
        }
        ac_buf_clear(&text);
        make(&c, &text);
        xmlFreeDoc(parse(&text));
        cr_expect_not_null(strstr(ac_buf_text(&text), "<svg "));
    }
    ac_buf_free(&text);
    rc_free(&c);
}

/* ---- memory */

Test(html, no_memory_is_an_error_never_a_shorter_report)
{
    struct report_case c;
    struct ac_buf whole = {0};
    unsigned failures = 0;

    rc_init(&c);
    make(&c, &whole);
    for (unsigned long n = 1;; n += n < 200 ? 1 : 211) {
        struct ac_buf text = {0};
        enum ac_rc rc;

        ac_alloc_fail_at(n);
        rc = ac_report_html(&c.in, &text, NULL);
        if (rc == AC_OK) {
            cr_expect_str_eq(ac_buf_text(&text), ac_buf_text(&whole), "allocation %lu", n);
        } else {
            cr_expect_eq(rc, AC_NOMEM);
            failures++;
        }
        ac_buf_free(&text);
        if (rc == AC_OK && n > 40000)
            break;
        cr_assert_lt(n, 1000000);
    }
    ac_alloc_fail_at(0);
    cr_expect_gt(failures, 100);
    ac_buf_free(&whole);
    rc_free(&c);
}
