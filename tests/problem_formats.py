#!/usr/bin/env python3
"""Lists the sentences of problems that the sources hold, and compares them with po/ja.po.

    problem_formats.py SRCDIR           every sentence, one a line, conversions normalised (%1$s, %2$u ...)
    problem_formats.py --check SRCDIR   says what po/ja.po lacks; status 1 if anything
    problem_formats.py --missing SRCDIR what po/ja.po lacks, as empty entries for it

A sentence begins in a call of one of SINKS. Where its text is no literal, it is followed: to the callers when it is a
parameter, to what was written into it when it is a variable or a member, to what a function returns. Text that cannot
be followed is an error unless FREE names it: so that no new way to a problem is overlooked. Needs the standard
library of python3-minimal only.
"""
import os
import re
import sys

CONTEXT = "problem"

# function: number of the argument with the text (0 is the first)
SINKS = {
    "AC_FAIL": 3,
    "AC_WRAP": 3,
    "ac_sink_problem": 5,
    "ac_tree_problem": 4,
    "ac_tree_problem_at": 4,
    "ac_assessment_problem": 5,
    "ac_hive_tell": 3,
}
# the same for functions of one file that print into a text of their own
LOCAL_SINKS = {
    ("parsers/pe.c", "miss"): 1,
    ("parsers/regf_replay.c", "tell"): 5,
    ("src/collect/supervisor.c", "problem"): 3,
    ("src/evidence/ewf_segments.c", "say"): 2,
    ("src/evidence/image_raw.c", "ac_buf_addf"): 1,
}
# what such a function writes in front of each of its texts
BEFORE = {("src/evidence/ewf_segments.c", "say"): "segment %s "}
# functions that are called through a pointer; the text is the last argument
POINTERS = ("problem", "tell")
# what goes to the terminal only
TERMINAL = re.compile(r"src/(cli|main|notice_|run_info)|src/report/|src/assess/(rule_|lists|yara_)")
# expressions that are names out of the evidence, or texts that are followed from elsewhere
FREE = {
    ("parsers/hive.c", "dead_ones", "&prefix"),
    ("parsers/regf_replay.c", "tell", "what"),
    ("parsers/regf_replay.c", "tell_err", "e->ctx[0].msg"),
    ("parsers/wmi_instance.c", "ac_wmi_instance_decode", "at + states + values"),
    ("src/cli_show.c", "ac_cli_show", "argv[optind]"),
    ("src/cli_verify.c", "ac_cli_verify", "argv[1]"),
    ("parsers/srum.c", "read_table", "tables[table].name"),
    ("src/collect/artefacts.c", "collect_one_of", "*path"),
    ("src/collect/extract.c", "open_file", "f->name"),
    ("src/collect/item.c", "ac_item_open_tree", "item->path"),
    ("src/collect/item.c", "open_image", "item->path"),
    ("src/collect/supervisor.c", "bury_triage", "cause"),
    ("src/collect/supervisor.c", "bury_verify", "cause"),
    ("src/collect/supervisor.c", "conclude", "ac_buf_text(&c->done_text)"),
    ("src/collect/verify_job.c", "ac_worker_verify", "w->options->path"),
    ("src/evidence/image_raw.c", "raw_read", "r->image.facts.segments[i].name"),
}
# members of structures that carry sentences or words of ours; others hold names
MEMBERS = ("advice", "damaged", "damage", "mft_damage", "problem", "reason", "refused", "segment_problem", "state",
           "what", "why", "wrong")
# texts that are names, which stay as they are, or pieces of sentences that stand whole elsewhere
NAMES = re.compile(r"[\w%$ /.\\-]*\.(evtx|dat|DAT|DATA|db|ini|hve|bin\.gz)$|HK\w+\\|[A-Z]\w*[0-9A-Z]\w*(/\d+)?$|"
                   r"(FAT|exFAT|Actions|Files|Jobs|Triggers|SHA-\d+|Amcache|Prefetch|Tasks|SysWOW64/Tasks|"
                   r"System32/\w+(/\w+)?|_Classes|prov_|kind|\(any\)|\(unknown parent\)|LDM \(dynamic disk\)|"
                   r"SruDbIdMapTable|segment %1\$s |libyara|DynamicInfo)$")

PRI = {"PRIu64": "u", "PRIu32": "u", "PRIu16": "u", "PRIx64": "x", "PRIx32": "x", "PRIX64": "X",
       "PRIX32": "X", "PRId64": "d", "PRIi64": "d"}
STRING = r'"(?:[^"\\]|\\.)*"'


def unescape(literal):
    simple = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
    return re.sub(r"\\(.)", lambda m: simple.get(m.group(1), m.group(1)), literal[1:-1])


def without_comments(text):
    keep = re.compile(STRING + r"|'(?:[^'\\]|\\.)'|/\*.*?\*/|//[^\n]*", re.S)
    return keep.sub(lambda m: m.group(0) if m.group(0)[0] in "\"'" else
                    re.sub(r"[^\n]", " ", m.group(0)), text)


def arguments(text, at):
    """The arguments of the call whose "(" stands at text[at], and where it ends."""
    depth, start, found, i = 0, at + 1, [], at
    while i < len(text):
        m = re.compile(STRING + r"|'(?:[^'\\]|\\.)'").match(text, i)
        if m:
            i = m.end()
            continue
        c = text[i]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        if (c == "," and depth == 1) or depth == 0:
            found.append(" ".join(text[start:i].split()))
            start = i + 1
            if depth == 0:
                return found, i + 1
        i += 1
    return found, i


class Function:
    def __init__(self, path, name, params, body, line, static):
        self.path, self.name, self.params, self.body = path, name, params, body
        self.line, self.static = line, static


def parameter_name(text):
    m = re.search(r"(\w+)\s*(\[\w*\])?$", text)
    return m.group(1) if m else ""


def functions(path, text):
    for m in re.finditer(r"^([\w \*\n]*?)\b(\w+)(\([^;{}]*\))\n\{\n(.*?)^\}", text, re.M | re.S):
        args, _ = arguments(m.group(3), 0)
        yield Function(path, m.group(2), [parameter_name(a) for a in args], m.group(4),
                       text.count("\n", 0, m.start(4)) + 1, "static" in m.group(1))


class Sources:
    def __init__(self, root):
        self.files, self.functions, self.macros = {}, [], dict(PRI)
        for top in ("src", "parsers"):
            for folder, _, names in sorted(os.walk(os.path.join(root, top))):
                for name in sorted(names):
                    if name.endswith((".c", ".h")):
                        self.load(root, os.path.join(folder, name))

    def load(self, root, path):
        with open(path, encoding="utf-8") as f:
            text = without_comments(f.read())
        short = os.path.relpath(path, root)
        self.files[short] = text
        self.functions += functions(short, text)
        for m in re.finditer(r"^#define (\w+)[ \t]+((?:%s[ \t]*)+)$" % STRING, text, re.M):
            self.macros[m.group(1)] = m.group(2)


def literal(sources, expr):
    """The text of an expression that is nothing but literals and macros of them; None if it is something else."""
    out = ""
    for token in re.findall(STRING + r"|\w+|\S", expr):
        if token[0] == '"':
            out += unescape(token)
        elif token in PRI:
            out += "\0" + PRI[token]
        elif token in sources.macros:
            out += literal(sources, sources.macros[token])
        else:
            return None
    return out if expr else None


def normalised(fmt):
    """%1$s for texts, u d x X c for numbers; returns the key and the index of the argument of each conversion."""
    out, places, arg = "", [], 0
    at = 0
    spec = re.compile(r"%(%|[-+ #0]*(\*|\d+)?(?:\.(\*|\d+))?(?:hh|h|ll|l|z|j|t)?(?:\0([uxXd])|([suxXdic])))")
    for m in spec.finditer(fmt):
        out += fmt[at:m.start()]
        at = m.end()
        if m.group(1) == "%":
            out += "%%"
            continue
        arg += (m.group(2) == "*") + (m.group(3) == "*")
        kind = m.group(4) or m.group(5)
        places.append(arg)
        arg += 1
        out += "%%%d$%s" % (len(places), "d" if kind == "i" else kind)
    return out + fmt[at:], places


class Search:
    def __init__(self, sources):
        self.s, self.found, self.free = sources, {}, {}
        self.sinks = {(None, name): i for name, i in SINKS.items()}
        self.sinks.update(LOCAL_SINKS)
        self.sinks.update({(None, "->" + name): -1 for name in POINTERS})
        self.todo = list(self.sinks)
        self.done, self.filled = set(), set()

    def add(self, text, place):
        key, places = normalised(text)
        if NAMES.match(key):
            return key, places
        if re.sub(r"%\d\$\w", "", key).strip(" :;,()\"") and re.search("[A-Za-z]{2}", re.sub(r"%\d\$\w", "", key)):
            self.found.setdefault(key, place)
        return key, places

    def run(self):
        while self.todo:
            path, name = self.todo.pop(0)
            index = self.sinks[path, name]
            call = re.compile(r"(?:(?<!\w)|(?=->))%s\(" % name)
            for f in self.s.functions:
                if (path and f.path != path) or f.name == name:
                    continue
                if name in ("AC_FAIL", "AC_WRAP") and TERMINAL.match(f.path):
                    continue
                for m in call.finditer(f.body):
                    args, _ = arguments(f.body, m.end() - 1)
                    if index < len(args):
                        line = f.line + f.body.count("\n", 0, m.start())
                        rest = args[index:][1:] if index >= 0 else []
                        if (path, name) in BEFORE:
                            args[index] = '"%s" ' % BEFORE[path, name] + args[index]
                            rest = ["before"] + rest
                        self.text(f, args[index], rest, "%s:%d" % (f.path, line))

    def text(self, f, expr, rest, place, must=True):
        """An expression that gives a format (or a text) with its arguments."""
        key = (f.path, f.name, expr, tuple(rest))
        if key in self.done:
            return
        self.done.add(key)
        fmt = literal(self.s, expr)
        if fmt is not None:
            if fmt.startswith("%s") and rest and rest[0].endswith('? "; " : ""'):
                fmt, rest = fmt[2:], rest[1:]  # one more of a list
            _, places = self.add(fmt, place)
            bare = not re.sub(r"%\d\$\w|[ :;]", "", normalised(fmt)[0])
            texts = [c for c in re.finditer(r"%(\d)\$(\w)", normalised(fmt)[0])]
            for c in texts:
                n = places[int(c.group(1)) - 1]
                if c.group(2) == "s" and n < len(rest):
                    self.text(f, rest[n], [], place, must and bare)
            return
        branches = re.match(r"(?s)(.*?)\s\?\s(.*)\s:\s(.*)$", expr)
        if branches and expr.count("?") == 1:
            self.text(f, branches.group(2), rest, place, must)
            self.text(f, branches.group(3), rest, place, must)
            return
        if expr[0] == "(" and expr.endswith(")") and "?" in expr:
            self.text(f, expr[1:-1], rest, place, must)
            return
        if not self.follow(f, expr, rest, place) and must:
            self.free.setdefault((f.path, f.name, expr), place)

    def follow(self, f, expr, rest, place):
        if re.match(r"(ac_err_text|strerrordesc_np|ac_rc_name)\(", expr) or expr == "NULL" or expr == '""':
            return True
        m = re.match(r"(?:ac_buf_text\(&?|ac_str_of\()(.*)\)$", expr)
        if m:
            return self.follow(f, m.group(1), rest, place)
        if expr in f.params:
            key = (f.path if f.static else None, f.name)
            if key not in self.sinks:
                self.sinks[key] = f.params.index(expr)
                self.todo.append(key)
            return True
        m = re.match(r"(\w+)\(", expr)
        if m:
            return self.returned(m.group(1), f, place)
        m = re.match(r"(\w+)\[.*\]$", expr)
        if m:
            expr = m.group(1)
        m = re.match(r".*(?:->|\.)(\w+)$", expr)
        if m:
            return m.group(1) in MEMBERS and self.member(m.group(1), place)
        return re.match(r"\w+$", expr) and self.variable(f, expr, rest, place)

    def writes(self, name, body):
        """What is written into a variable or member of that name: expressions with the arguments behind them."""
        target = name if name[0] == "(" else r"(?<!\w)" + name
        for m in re.finditer(r"%s(?:\[\w*\])?\s*=\s*([^;=][^;]*?)\s*(?:;|,\s*\*?\w+\s*=)" % target, body):
            yield " ".join(m.group(1).split()), []
        for m in re.finditer(r"\b(snprintf|ac_buf_addf|ac_buf_addz|ac_err_text)\(", body):
            args, _ = arguments(body, m.end() - 1)
            at = {"snprintf": 2, "ac_buf_addf": 1, "ac_buf_addz": 1, "ac_err_text": 0}[m.group(1)]
            to = args[1] if m.group(1) == "ac_err_text" and len(args) > 1 else args[0]
            if re.search(target + "$", to):
                yield ("ac_err_text()", []) if m.group(1) == "ac_err_text" else (args[at], args[at + 1:])

    def variable(self, f, name, rest, place):
        body = f.body
        any_write = False
        static = re.search(r"^static const char %s\[\] =\s*(.*?);" % name, self.s.files[f.path], re.M | re.S)
        if static:
            self.text(f, " ".join(static.group(1).split()), rest, place)
            return True
        for table in re.finditer(r"\*const %s\[.*?\] = \{(.*?)\};" % name, body + self.s.files[f.path], re.S):
            any_write = True
            for m in re.finditer("(?:%s\\s*)+" % STRING, table.group(1)):
                self.add(literal(self.s, m.group(0)), place)
        for expr, args in self.writes(name, body):
            if expr[0] == "{":
                continue
            any_write = True
            self.text(f, expr, args or rest, place, False)
        # a text that another function fills: f(..., name) or f(..., &name)
        for g in self.s.functions:
            if g.name.startswith("ac_buf_"):
                continue
            for m in re.finditer(r"(?<!\w)%s\(" % g.name, body):
                args, _ = arguments(body, m.end() - 1)
                for arg, inner in zip(args, g.params):
                    if inner and arg in (name, "&" + name) and (g.name, inner) not in self.filled:
                        self.filled.add((g.name, inner))
                        for expr, more in self.writes(inner, g.body):
                            any_write = True
                            self.text(g, expr, more, place, False)
        return any_write

    def member(self, name, place):
        any_write = False
        for f in self.s.functions:
            for expr, args in self.writes(r"(?:->|\.)" + name, f.body):
                any_write = True
                self.text(f, expr, args, place, False)
        return any_write

    def returned(self, name, f, place):
        any_return = False
        for g in self.s.functions:
            if g.name != name:
                continue
            for m in re.finditer(r"\breturn\s+([^;]*);", g.body):
                any_return = True
                self.text(g, " ".join(m.group(1).split()), [], place, False)
        return any_return


def catalogue(root):
    """{msgid: msgstr} of the entries with the context of problems; fuzzy ones count as missing."""
    entries, entry, field, fuzzy = {}, {}, None, False
    with open(os.path.join(root, "po", "ja.po"), encoding="utf-8") as f:
        lines = f.read().split("\n") + [""]
    for line in lines:
        m = re.match(r"(msgctxt|msgid|msgstr)?\s*(%s)$" % STRING, line)
        if line.startswith("#,") and "fuzzy" in line:
            fuzzy = True
        elif m:
            field = m.group(1) or field
            entry[field] = entry.get(field, "") + unescape(m.group(2))
        elif not line:
            if entry.get("msgctxt") == CONTEXT and not fuzzy:
                entries[entry["msgid"]] = entry.get("msgstr", "")
            entry, fuzzy = {}, False
    return entries


def numbers(text):
    return sorted(set(re.findall(r"%(\d)\$", text)))


def faults(found, entries):
    for key, place in sorted(found.items()):
        if not entries.get(key):
            yield "%s: not in po/ja.po: %s" % (place, key)
    for key, japanese in sorted(entries.items()):
        if japanese and numbers(key) != numbers(japanese):
            yield "po/ja.po: other arguments than in: %s" % key
        if re.search(r"%(?!%|\d\$[sw])", japanese):
            yield "po/ja.po: only %%1$s, %%1$w and %%%% mean anything in the translation of: %s" % key


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def main():
    root = sys.argv[-1]
    search = Search(Sources(root))
    search.run()
    if "--check" in sys.argv:
        wrong = list(faults(search.found, catalogue(root)))
        wrong += ["%s: in %s: what can `%s` be?" % (place, name, expr)
                  for (path, name, expr), place in sorted(search.free.items()) if (path, name, expr) not in FREE]
        print("\n".join(wrong + ["%d sentences" % len(search.found)]))
        return 1 if wrong or len(search.found) < 400 else 0
    known = catalogue(root) if "--missing" in sys.argv else {}
    for key in sorted(set(search.found) - set(known)):
        print('msgctxt "%s"\nmsgid %s\nmsgstr ""\n' % (CONTEXT, quoted(key)) if known else key)
    return 0


if __name__ == "__main__":
    sys.exit(main())
