#!/usr/bin/env python3
"""check_stix.py BUNDLE RECORDS FINDINGS: stix.json against STIX 2.1 and against what it was made of.

Written from the specification, without the program's own code: ids are computed again, references must resolve, every
property must be one that the standard gives to that type, patterns are read with a grammar of their own, and every
finding above "listed" must be there with its records, none that is only listed. Needs nothing but Python.
Prints what is wrong; exit status 0 if nothing is.
"""
import json
import re
import sys
import unicodedata
import uuid

SCO_SPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
TIME = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z")
ID = re.compile(r"([a-z0-9-]+)--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

COMMON = {"type", "spec_version", "id", "created_by_ref", "created", "modified", "confidence", "external_references"}
# type: (required, further) of the standard that may occur here
SDO = {
    "identity": ({"name"}, {"description", "identity_class"}),
    "malware": ({"is_family"}, {"name", "description", "aliases"}),
    "attack-pattern": ({"name"}, {"description"}),
    "observed-data": ({"first_observed", "last_observed", "number_observed"}, {"object_refs"}),
    "indicator": ({"pattern", "pattern_type", "valid_from"}, {"name", "description", "pattern_version"}),
    "relationship": ({"relationship_type", "source_ref", "target_ref"}, set()),
    "note": ({"content", "object_refs"}, {"abstract"}),
}
# type: (ID contributing, further, at least one of)
SCO = {
    "file": (["hashes", "name", "extensions", "parent_directory_ref"], {"size"}, {"hashes", "name"}),
    "directory": (["path"], set(), {"path"}),
    "windows-registry-key": (["key", "values"], set(), {"key"}),
    "process": ([], {"created_time", "command_line", "image_ref"}, {"command_line", "image_ref"}),
    "url": (["value"], set(), {"value"}),
    "domain-name": (["value"], set(), {"value"}),
    "ipv4-addr": (["value"], set(), {"value"}),
    "ipv6-addr": (["value"], set(), {"value"}),
    "user-account": (["account_type", "user_id", "account_login"], set(), {"user_id", "account_login"}),
}
HASHES = {"MD5": 32, "SHA-1": 40, "SHA-256": 64}
REG_TYPES = {"REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_LINK",
             "REG_MULTI_SZ", "REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTION", "REG_RESOURCE_REQUIREMENTS_LIST",
             "REG_QWORD"}
RELATIONS = {("indicator", "indicates", "malware"), ("indicator", "based-on", "observed-data"),
             ("malware", "uses", "attack-pattern")}
CONFIDENCE = {"supporting": 15, "strong": 50, "decisive": 85, "S1": 15, "S2": 50, "S3": 70, "S4": 85}
BANNED = re.compile(r"\b(infected|clean|suspicious|malicious|certain|proves|attacker|guilty|definitely)\b", re.I)

wrong = []


def expect(true, *what):
    if not true:
        wrong.append(": ".join(str(w)[:300] for w in what))


# ---- patterns: [a = 'b' AND c LIKE 'd'] OR [...]; only the objects and operators that can occur

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<path>[a-z0-9-]+:[a-zA-Z0-9_.*\[\]'-]+)|"
                   r"(?P<word>AND|OR|LIKE|=|\[|\]))")
PATHS = {"file:name", "file:parent_directory_ref.path", "file:hashes.MD5", "file:hashes.'MD5'",
         "file:hashes.'SHA-1'", "file:hashes.'SHA-256'", "windows-registry-key:key",
         "windows-registry-key:values[*].name", "windows-registry-key:values[*].data"}


def tokens(pattern):
    at = 0
    while at < len(pattern):
        m = TOKEN.match(pattern, at)
        if not m:
            raise ValueError(f"nothing known at {pattern[at:at + 40]!r}")
        at = m.end()
        yield m.lastgroup, m.group(m.lastgroup)
    yield "end", ""


def comparisons(pattern):
    """The comparisons of a pattern, each path, operator, text without its escapes."""
    stream = list(tokens(pattern))
    at = 0
    found = []

    def take(kind, *values):
        nonlocal at
        got, text = stream[at]
        if got != kind or (values and text not in values):
            raise ValueError(f"{text!r} where {values or kind} belongs")
        at += 1
        return text

    while True:
        take("word", "[")
        while True:
            path = take("path")
            operator = take("word", "=", "LIKE")
            text = take("text")[1:-1]
            if path not in PATHS:
                raise ValueError(f"no such path here: {path}")
            if "\\" in re.sub(r"\\['\\]", "", text):
                raise ValueError(f"an escape that there is not: {text}")
            found.append((path, operator, re.sub(r"\\(.)", r"\1", text)))
            if stream[at] == ("word", "AND"):
                at += 1
            else:
                break
        take("word", "]")
        if stream[at][0] == "end":
            return found
        take("word", "OR")


# ---- objects

def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for v in value:
            yield from texts(v)
    elif isinstance(value, dict):
        for v in value.values():
            yield from texts(v)


def is_safe(text):
    """No control, format (bidi, zero width) or separator character but the line feeds of our own note."""
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


def standard_id(o, names):
    parts = {n: o[n] for n in names if n in o}
    if "hashes" in parts:
        first = next(h for h in HASHES if h in parts["hashes"])
        parts["hashes"] = {first: parts["hashes"][first]}
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{o['type']}--{uuid.uuid5(SCO_SPACE, text)}" if parts else None


def check_sco(o):
    names, more, one = SCO[o["type"]]
    extra = set(o) - {"type", "spec_version", "id"} - set(names) - more
    expect(not extra, o["id"], "properties that its type has not", extra)
    expect(one & set(o), o["id"], "has none of", one)
    want = standard_id(o, names)
    # where two objects would have one id, the second has another; the first must be in the bundle
    expect(want is None or o["id"] == want or want in ids, o["id"], "is not the id of its properties", want)
    if o["type"] == "file":
        for name, digest in o.get("hashes", {}).items():
            expect(name in HASHES and re.fullmatch("[0-9a-f]{%d}" % HASHES[name], digest), o["id"], name, digest)
        expect("/" not in o["name"], o["id"], "name is a path", o["name"])
    if o["type"] == "directory":
        expect(o["path"] and "/" not in o["path"], o["id"], o["path"])
    for value in o.get("values", []):
        expect(set(value) <= {"name", "data", "data_type"} and "name" in value, o["id"], value)
        expect(value.get("data_type", "REG_SZ") in REG_TYPES, o["id"], value)
    if "key" in o:
        expect(not re.match(r"(HKLM|HKU|HKCU|HKCR)\b", o["key"]), o["id"], "short root", o["key"])
    expect(TIME.fullmatch(o.get("created_time", "2020-01-01T00:00:00Z")), o["id"], "created_time")


def check_sdo(o):
    required, more = SDO[o["type"]]
    expect(not set(o) - COMMON - required - more, o["id"], "properties", set(o) - COMMON - required - more)
    expect(not required - set(o), o["id"], "is without", required - set(o))
    for name in ("created", "modified"):
        expect(TIME.fullmatch(o[name]) and re.search(r"\.\d{3}Z$", o[name]), o["id"], name, o[name])
    expect(o["created"] <= o["modified"], o["id"], "modified before it was created")
    expect(o["type"] == "identity" or o.get("created_by_ref") == identity["id"], o["id"], "whose is it?")
    expect(0 <= o.get("confidence", 0) <= 100, o["id"], "confidence")
    for ref in o.get("external_references", []):
        expect(ref.get("source_name") in ("aftercheck", "mitre-attack") and ref.get("external_id"), o["id"], ref)
    if o["type"] == "observed-data":
        expect(TIME.fullmatch(o["first_observed"]) and TIME.fullmatch(o["last_observed"]) and
               o["first_observed"] <= o["last_observed"], o["id"], "window")
        expect(o["number_observed"] >= 1 and o["object_refs"], o["id"], "nothing observed")
        expect(all(r.split("--")[0] in SCO for r in o["object_refs"]), o["id"], "refers to more than observables")
        expect(len(set(o["object_refs"])) == len(o["object_refs"]), o["id"], "names one twice")
    if o["type"] == "relationship":
        kinds = (o["source_ref"].split("--")[0], o["relationship_type"], o["target_ref"].split("--")[0])
        expect(kinds in RELATIONS, o["id"], kinds)
    if o["type"] == "attack-pattern":
        ref = o["external_references"][0]
        expect(re.fullmatch(r"T\d{4}(\.\d{3})?", ref["external_id"]) and ref["url"].endswith(
            "/" + ref["external_id"].replace(".", "/") + "/"), o["id"], ref)


def check_indicator(o):
    expect(o["pattern_type"] == "stix" and TIME.fullmatch(o["valid_from"]), o["id"], "kind, time")
    try:
        found = comparisons(o["pattern"])
    except ValueError as e:
        expect(False, o["id"], "pattern", e)
        return
    data = by_refs["observed-data"].get(finding_of(o))
    seen = [ids[r] for r in data["object_refs"]] if data else []
    files = [f for f in seen if f["type"] == "file"]
    keys = [k for k in seen if k["type"] == "windows-registry-key"]
    for path, operator, text in found:
        if "hashes" in path:
            there = any(text in f.get("hashes", {}).values() for f in files)
        elif path == "file:name":
            there = any(f["name"] == text for f in files)
        elif path.startswith("file:"):
            there = operator == "LIKE" and text[0] == "%" and any(
                ids[f["parent_directory_ref"]]["path"] == text[1:] for f in files)
        elif path == "windows-registry-key:key":
            there = any(k["key"] == text or operator == "LIKE" and k["key"].endswith(text.split("%", 1)[1])
                        for k in keys)
        else:
            there = any(v.get(path.rsplit(".")[-1]) == text for k in keys for v in k.get("values", []))
        expect(there, o["id"], f"the pattern asks for what its finding has not seen: {path} {text}")


def finding_of(o):
    return next((r["external_id"] for r in o.get("external_references", []) if r["external_id"][:2] == "F-"), None)


# ---- against findings.json

def check_findings(findings, records):
    above = {f["id"]: f for f in findings["findings"] if f["strength"] != "listed"}
    for kind in ("observed-data", "indicator"):
        expect(set(by_refs[kind]) <= set(above), kind, "of findings that are only listed, or none")
    expect(set(by_refs["observed-data"]) == {i for i, f in above.items() if f["records"]},
           "findings without observed data", set(above) - set(by_refs["observed-data"]))
    for number, o in [*by_refs["observed-data"].items(), *by_refs["indicator"].items()]:
        refs = [r["external_id"] for r in o["external_references"]]
        expect(refs == [number] + above[number]["records"], o["id"], "records", refs)
        expect(all(r in records for r in refs[1:]), o["id"], "a record that there is not")
    for number, o in by_refs["indicator"].items():
        expect(o["confidence"] == CONFIDENCE[above[number]["strength"]], o["id"], "confidence")
        expect(o["description"] == above[number]["summary"], o["id"], "description")
    told = {c["statement"]: c for c in findings["conclusions"]}
    for o in objects:
        if o["type"] == "malware":
            c = next((c for s, c in told.items() if o["description"].startswith(s)), None)
            expect(c and c["scale"] in CONFIDENCE and o["confidence"] == CONFIDENCE[c["scale"]], o["id"], "conclusion")
            expect(c and any(above.get(f) for f in c["findings"]), o["id"], "no finding above listed")
    note = next(o for o in objects if o["type"] == "note")
    for c in findings["conclusions"]:
        expect(f"{c['family']} {c['scale']}: {c['statement']}\n" in note["content"], "note", c["family"])


with open(sys.argv[1], encoding="utf-8") as f:
    bundle = json.load(f)
expect(set(bundle) == {"type", "id", "objects"} and bundle["type"] == "bundle" and ID.fullmatch(bundle["id"]),
       "bundle", list(bundle))
objects = bundle["objects"]
ids = {o["id"]: o for o in objects}
expect(len(ids) == len(objects), "an id stands twice")
identity = next(o for o in objects if o["type"] == "identity")
by_refs = {kind: {finding_of(o): o for o in objects if o["type"] == kind} for kind in ("observed-data", "indicator")}
for o in objects:
    m = ID.fullmatch(o["id"])
    expect(m and m.group(1) == o["type"], o["id"], "id of another type")
    expect(o["spec_version"] == "2.1", o["id"], "version")
    expect(o["type"] in SDO or o["type"] in SCO, o["id"], "unknown type")
    for name, value in o.items():
        for ref in (value if name.endswith("_refs") else [value] if name.endswith("_ref") else []):
            expect(ref in ids, o["id"], "leads to nothing", ref)
    expect(all(is_safe(t.replace("\n", "") if o["type"] == "note" else t) for t in texts(o)), o["id"], "unsafe text")
    if o["type"] in SCO:
        check_sco(o)
    else:
        check_sdo(o)
        written = " ".join(o.get(n, "") for n in ("abstract", "content", "description"))
        expect(not BANNED.search(written), o["id"], BANNED.search(written))
    if o["type"] == "indicator":
        check_indicator(o)
with open(sys.argv[2], encoding="utf-8") as f:
    records = {json.loads(line).get("id") for line in f}
with open(sys.argv[3], encoding="utf-8") as f:
    check_findings(json.load(f), records)
for w in wrong[:20]:
    print(w)
print(f"{len(objects)} objects, {len(wrong)} errors")
sys.exit(1 if wrong else 0)
