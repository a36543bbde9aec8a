/* show: one artefact, parsed, to the terminal; and the schemas of all records. */
#include "cli.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "collect/companions.h"
#include "collect/item.h"
#include "files/tree.h"
#include "pe.h"
#include "records/json_schema.h"
#include "records/jsonl.h"
#include "report/report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_schema(const struct ac_schema *s)
{
    printf("%s\n", s->name);
    for (const struct ac_field *f = s->fields; f->name; f++)
        printf("  %-24s %-8s %s\n", f->name, ac_field_type_name(f->type), f->doc);
}

static int print_schemas(void)
{
    for (int k = 0; k < AC_KINDS; k++)
        print_schema(ac_schema_of((enum ac_kind)k));
    print_schema(ac_schema_provenance());
    return AC_STATUS_OK;
}

/* JSON Schema of one of the files that programs read. */
static int print_json_schema(const char *of)
{
    json_t *schema = NULL;
    int status;

    if (strcmp(of, "records") == 0)
        schema = ac_json_schema_records();
    else if (strcmp(of, "findings") == 0)
        schema = ac_report_findings_schema();
    else
        return ac_cli_usage("show", "--json-schema takes records or findings, not \"%s\"", of);
    status = schema && json_dumpf(schema, stdout, JSON_INDENT(1)) == 0 && putchar('\n') != EOF &&
                     fflush(stdout) == 0
                 ? AC_STATUS_OK
                 : AC_STATUS_INTERNAL;
    json_decref(schema);
    return status;
}

static void print_value(const char *name, const json_t *value)
{
    char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

    printf("  %-22s ", name);
    if (json_is_string(value))
        ac_cli_put_safe(json_string_value(value), json_string_length(value), true);
    else if (text)
        ac_cli_put_safe(text, strlen(text), true);
    free(text);
}

static void print_table(const struct ac_record *r)
{
    const struct ac_schema *s = ac_schema_of(ac_record_kind(r)), *p = ac_schema_provenance();

    printf("%s\n", s->name);
    for (const struct ac_field *f = s->fields; f->name; f++) {
        const json_t *value = ac_record_get_json(r, f->name);

        for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
            print_value(i ? "" : f->name, json_array_get(value, i));
        if (value && !json_is_array(value))
            print_value(f->name, value);
    }
    for (const struct ac_field *f = p->fields; f->name; f++) {
        if (ac_record_prov_json(r, f->name) && strcmp(f->name, "path") != 0)
            print_value(f->name, ac_record_prov_json(r, f->name));
    }
}

struct printer {
    struct ac_sink sink; /* first */
    bool json;
    const char *sha256;
    size_t records, problems;
};

static enum ac_rc print_record(struct ac_sink *sink, struct ac_record *r, struct ac_err *err)
{
    struct printer *p = (struct printer *)sink;
    enum ac_rc rc = AC_OK;

    *(ac_record_kind(r) == AC_KIND_PROBLEM ? &p->problems : &p->records) += 1;
    if (!ac_record_prov_has(r, "state"))
        ac_record_prov_textz(r, "state", "live");
    if (!ac_record_prov_has(r, "sha256"))
        ac_record_prov_textz(r, "sha256", p->sha256);
    if (p->json) {
        char *line = ac_record_print(r);

        rc = line ? AC_OK : AC_FAIL(err, AC_NOMEM, AC_NO_OFFSET, "no memory for a line");
        if (line)
            puts(line);
        free(line);
    } else {
        print_table(r);
    }
    ac_record_free(r);
    return rc;
}

static const struct ac_parser *parser_for(const struct ac_artefact *a)
{
    const struct ac_parser *p = ac_parser_for(a);

    return p ? p : ac_parser_pe.recognise(a) ? &ac_parser_pe : NULL;
}

static enum ac_rc parse(const struct ac_artefact *a, struct printer *out, struct ac_err *err)
{
    const struct ac_parser *parser = parser_for(a);
    struct ac_budget budget = {AC_BUDGET_STEPS};

    if (!parser)
        return AC_FAIL(err, AC_UNSUPPORTED, AC_NO_OFFSET, "is no artefact that is known");
    return parser->parse(a, &budget, &out->sink, err);
}

/* What the parser says of the artefact as a whole. Takes r. */
static void print_row(struct ac_record *r, const char *path, struct printer *out)
{
    if (!r || !ac_record_get_json(r, "event_ids")) {
        ac_record_free(r);
        return;
    }
    ac_record_textz(r, "name", path);
    ac_record_bool(r, "present", true);
    ac_record_int(r, "entries", (int64_t)out->records);
    ac_sink_emit(&out->sink, r, NULL);
}

struct wanted {
    bool all_keys, no_logs, list_accounts;
};

static int show(const char *path, struct wanted wanted, struct printer *out)
{
    struct ac_tree *t = NULL;
    struct ac_content content = {0};
    struct ac_companions beside = {0};
    struct ac_err err = {0};
    const ac_node *children;
    char sha256[AC_HASH_TEXT];
    struct ac_item item = {.path = path, .kind = AC_ITEM_FILE};
    enum ac_rc rc = ac_item_confine(&item, &err);
    int status = AC_STATUS_UNUSABLE;

    if (rc == AC_OK)
        rc = ac_tree_open_file(path, &t, &err);
    if (rc == AC_OK && ac_tree_children(t, ac_tree_root(t), &children) > 0)
        rc = ac_tree_load(t, children[0], AC_MAX_ARTEFACT, &content, &err);
    if (rc == AC_OK) {
        struct ac_artefact a = {.bytes = {content.p, content.n, 0},
                                .path = path,
                                .user = "",
                                .all_keys = wanted.all_keys,
                                .list_accounts = wanted.list_accounts,
                                .row = ac_record_new(AC_KIND_SOURCE)};
        const struct ac_parser *parser = parser_for(&a);

        if (parser && !wanted.no_logs &&
            ac_companions_load(t, children[0], parser->companions, &beside) != AC_OK)
            rc = AC_FAIL(&err, AC_NOMEM, AC_NO_OFFSET, "no memory for the files beside it");
        a.logs = beside.items;
        a.n_logs = beside.n_items;
        ac_hash_hex(AC_SHA256, content.p, content.n, sha256);
        out->sha256 = sha256;
        if (rc == AC_OK)
            rc = parse(&a, out, &err);
        print_row(a.row, path, out);
        if (rc == AC_OK && out->problems == 0)
            status = AC_STATUS_OK;
        else if (rc == AC_OK || out->records > 0)
            status = AC_STATUS_INCOMPLETE;
    }
    if (rc != AC_OK) {
        if (out->json && content.p)
            ac_sink_problem(&out->sink, ac_str_of(path), rc, AC_NO_OFFSET,
                            "this artefact was not read to its end", "%s",
                            ac_err_text(&err, (char[1024]){0}, 1024));
        ac_cli_complain(path, &err);
    }
    ac_companions_free(&beside);
    ac_content_free(&content);
    ac_tree_close(t);
    return fflush(stdout) == 0 ? status : AC_STATUS_INTERNAL;
}

int ac_cli_show(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},    {"keys", no_argument, NULL, 'k'},
        {"no-logs", no_argument, NULL, 'n'}, {"list-accounts", no_argument, NULL, 'a'},
        {"schema", no_argument, NULL, 's'},  {"json-schema", required_argument, NULL, 'S'},
        {"help", no_argument, NULL, 'h'},    {NULL, 0, NULL, 0}};
    struct printer out = {.sink.emit = print_record};
    struct wanted wanted = {0};
    int c, status;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        out.json |= c == 'j';
        wanted.all_keys |= c == 'k';
        wanted.no_logs |= c == 'n';
        wanted.list_accounts |= c == 'a';
        if (c == 's')
            return print_schemas();
        if (c == 'S')
            return print_json_schema(optarg);
        if (c == 'h')
            return ac_cli_help(
                "show",
                "      --json             lines like those of records.jsonl\n"
                "      --keys             hives: every key and value\n"
                "      --no-logs          without the files that lie beside it: transaction logs "
                "of "
                "a hive\n"
                "      --list-accounts    stored credentials: name sites and accounts\n"
                "      --schema           print the fields of all kinds of record, and end\n"
                "      --json-schema=FILE print the JSON Schema of records (a line of "
                "records.jsonl)\n"
                "                         or of findings (findings.json), and end\n"
                "      --help             this text\n\n"
                "Exit status: 0, 2 read in part, 3 unusable.\n");
        if (c == '?')
            return AC_STATUS_USAGE;
    }
    if (argc - optind != 1)
        return ac_cli_usage("show", "show takes one FILE");
    status = ac_cli_confine();
    return status >= 0 ? status : show(argv[optind], wanted, &out);
}
