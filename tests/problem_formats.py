#!/usr/bin/env python3
"""Compares the sentences that the sources hold with po/ja.po: problems and reasons are told in both languages.

    problem_formats.py SRCDIR            every sentence of problems, one a line, conversions normalised (%1$s, %2$u ...)
    problem_formats.py --check SRCDIR    says what po/ja.po lacks; status 1 if anything
    problem_formats.py --missing SRCDIR  the same as empty entries for po/ja.po

Library code never prints, so whatever English it holds goes into records: in the rooms below every literal that reads
like a sentence must be a message id, either of the report itself (effects, reasons) or, with the context "problem", of
src/report/text_problem.c. What is no sentence stands in NAMES. In other rooms the texts of problems count. Needs the
standard library of python3-minimal only.
"""
import os
import re
import sys

CONTEXT = "problem"
ROOMS = re.compile(r"(src/(base|records|evidence|files|collect)|parsers)/|src/assess/(record|content)_rules\.c")
# tables of names of programs and folders, descriptions of fields
TABLES = re.compile(r"parsers/(jump_list_apps|known_folders)\.c|src/records/(schema|json_schema)\.c")
# calls whose texts go into records
CALLS = re.compile(r"\b(AC_FAIL|AC_WRAP|ac_sink_problem|ac_assessment_problem|ac_tree_problem(?:_at)?)\(")
TERMINAL = re.compile(r"src/(cli|main|notice_|run_info)|src/report/|src/assess/(rule_|lists|yara_)")
# before each of these texts stands another one, because a function writes it there
BEFORE = {"src/evidence/ewf_segments.c": (r"\bsay\([^;\"]*", "segment %s ")}
# English that is no sentence: names out of Windows and of programs, forms of containers, words of other languages
NAMES = re.compile(
    r"\S*[\\/]|.*\.(evtx|vbs|ini)$|.*\((32|64)-bit\)$|.*(SELECT|CASE WHEN|PRAGMA|select \*) |"
    r"[\[(].*[\])]$|(Windows|Microsoft|Mozilla|Chromium|Linux|Documents and|Program Files|Application Data|%1\$sLocal|SQLite format) ?|"
    r"(EMS|Engine|SDN|aftercheck|\[RTP\])[: ].*|(FAT|NTFS|Source OS \(Updated on|query for|reported as|were read|type %1\$u|auth-user-pass|remote|"
    r"password 51:b:|full address:s:|split E01|split raw|SSH or PuTTY key|RAM disk|contents of files|"
    r"Lx?01 \(logical evidence file\)|LDM \(.*\)|NTFS \(\$MFT alone\)|none \(Microsoft reserved\)|"
    r"segment %1\$s |\$MFT of NTFS, without its volume|FILETIME 0x%1\$x \(out of range\)|\(at byte %1\$u\)|; | )+$")

PRI = {"PRIu64": "u", "PRIu32": "u", "PRIu16": "u", "PRIx64": "x", "PRIx32": "x", "PRIX64": "X",
       "PRIX32": "X", "PRId64": "d", "PRIi64": "d"}
STRING = r'"(?:[^"\\\n]|\\.)*"'
SPEC = re.compile(r"%(%|[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j|t)?(?:\0([uxXd])|([suxXdic])))")


def unescape(literal):
    simple = {"n": "\n", "t": "\t", "0": "\0", '"': '"', "\\": "\\"}
    return re.sub(r"\\(.)", lambda m: simple.get(m.group(1), m.group(1)), literal[1:-1])


def code_of(text):
    """A source without comments, character constants and preprocessor lines, lines kept."""
    keep = re.compile(STRING + r"|'(?:[^'\\\n]|\\.)+'|/\*.*?\*/|//[^\n]*", re.S)
    text = keep.sub(lambda m: m.group(0) if m.group(0)[0] == '"' else re.sub(r"[^\n]", "0", m.group(0))
                    if m.group(0)[0] == "'" else re.sub(r"[^\n]", " ", m.group(0)), text)
    return re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.M)


def literal(tokens, macros):
    return "".join(unescape(t) if t[0] == '"' else literal(macros[t], macros) if t in macros else "\0" + PRI[t]
                   for t in re.findall(STRING + r"|\w+", tokens))


def normalised(fmt):
    """The message id of a format: %1$s for texts, u d x X c for numbers, arguments counted."""
    n = 0

    def one(m):
        nonlocal n
        if m.group(1) == "%":
            return "%%"
        n += 1
        return "%%%d$%s" % (n, (m.group(2) or m.group(3)).replace("i", "d"))
    return SPEC.sub(one, fmt)


def call_end(text, at):
    """Where the call ends whose "(" stands at text[at]."""
    depth = 0
    for m in re.compile(STRING + r"|[()]").finditer(text, at):
        depth += {"(": 1, ")": -1}.get(m.group(0), 0)
        if depth == 0:
            return m.end()
    return len(text)


def is_sentence(key):
    bare = re.sub(r"%\d\$\w", "%", key)
    return " " in bare.strip() and re.search(r"(?<![A-Za-z])[a-z]{2,}(?![A-Za-z])", bare) and not NAMES.match(key)


class Sources:
    def __init__(self, root):
        texts, self.found, self.macros = {}, {}, {}
        for top in ("src", "parsers"):
            for folder, dirs, names in os.walk(os.path.join(root, top)):
                dirs.sort()
                for name in sorted(names):
                    path = os.path.join(folder, name)
                    if name.endswith((".c", ".h")):
                        with open(path, encoding="utf-8") as f:
                            texts[os.path.relpath(path, root)] = f.read()
        for text in texts.values():
            for m in re.finditer(r"^#define (\w+)[ \t]+(?:\\\n[ \t]*)?((?:%s[ \t]*(?:\\\n[ \t]*)?)+)$" % STRING, text, re.M):
                self.macros[m.group(1)] = m.group(2)
        self.literals = re.compile(r"(?:(?:%s|\b(?:%s)\b)\s*)+" % (STRING, "|".join([*PRI, *self.macros])))
        for path, text in texts.items():
            if not TABLES.match(path):
                self.read(path, code_of(text))

    def read(self, path, code):
        before = BEFORE.get(path)
        for m in self.literals.finditer(code):
            if ROOMS.match(path):
                prefix = before and re.search(before[0] + r"$", code[:m.start()]) and before[1] or ""
                self.add(path, code, m, prefix)
        for call in CALLS.finditer(code):
            error = call.group(1) in ("AC_FAIL", "AC_WRAP")
            if not (error and TERMINAL.match(path)):
                for m in self.literals.finditer(code, call.end(), call_end(code, call.end() - 1)):
                    self.add(path, code, m, direct=error)

    def add(self, path, code, m, prefix="", direct=False):
        text = prefix + literal(m.group(0), self.macros)
        if re.match(r"%s[a-z%]", text):  # "; " or nothing, then one more of a list
            text = text[2:]
        key = normalised(text)
        # a frame of a chain may be one word
        short = direct and re.search("[A-Za-z]{2}", re.sub(r"%\d\$\w", "", key)) and not NAMES.match(key)
        if is_sentence(key) or short:
            self.found.setdefault(key, "%s:%d" % (path, code.count("\n", 0, m.start()) + 1))


def catalogue(root):
    """Message ids with the context of problems and their translations, and those of the report itself. Fuzzy ones do
    not count: they are not in the program's catalogue."""
    problems, plain = {}, {}
    entry, field, fuzzy = {}, None, False
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
            if "msgid" in entry and not fuzzy:
                to = problems if entry.get("msgctxt") == CONTEXT else plain
                to[entry["msgid"]] = entry.get("msgstr", "")
            entry, fuzzy = {}, False
    return problems, plain


def numbers(text):
    return sorted(set(re.findall(r"%(\d)\$", text)))


def lacking(sources, problems, plain):
    for key, place in sorted(sources.found.items()):
        as_plain = re.sub(r"(%\d\$)\w", r"\1s", key)
        parts = [as_plain] if plain.get(as_plain) else as_plain.split("; ")
        if not problems.get(key) and not all(plain.get(part) for part in parts):
            yield key, place


def faults(sources, problems, plain):
    for key, place in lacking(sources, problems, plain):
        yield "%s: not in po/ja.po: %s" % (place, key)
    for key, japanese in sorted(problems.items()):
        if japanese and numbers(key) != numbers(japanese):
            yield "po/ja.po: other arguments than in: %s" % key
        if re.search(r"%(?!%|\d\$[sw])", japanese.replace("%%", "")):
            yield "po/ja.po: only %%1$s, %%1$w and %%%% mean anything in the translation of: %s" % key


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def main():
    root = sys.argv[-1]
    sources = Sources(root)
    problems, plain = catalogue(root)
    if "--check" in sys.argv:
        wrong = list(faults(sources, problems, plain))
        print("\n".join(wrong + ["%d sentences" % len(sources.found)]))
        return 1 if wrong or len(sources.found) < 500 else 0
    if "--missing" in sys.argv:
        for key, _ in lacking(sources, problems, plain):
            print('#, no-c-format\nmsgctxt "%s"\nmsgid %s\nmsgstr ""\n' % (CONTEXT, quoted(key)))
    else:
        print("\n".join(sorted(sources.found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
