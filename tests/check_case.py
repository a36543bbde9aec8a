#!/usr/bin/env python3
"""check_case.py CASE RECORDS FINDINGS: case.jsonld against CASE/UCO 1.4 and against what it was made of.

Written from the ontologies (their classes, properties, cardinalities and value types stand in TABLE), without the
program's own code: every class and property is one of them and has values of its type, every reference resolves,
the investigation leads to everything, and every finding above "listed" is there with its records. With python3-rdflib
the file is read as RDF, too. Prints what is wrong; exit status 0 if nothing is.
"""
import json
import re
import sys
import unicodedata

IRI = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-analysis": "https://ontology.unifiedcyberontology.org/uco/analysis/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
C, A, N, K, O, T, H = (p + ":" for p in ("case-investigation", "uco-action", "uco-analysis", "uco-core",
                                         "uco-observable", "uco-tool", "uco-types"))
TEXT, INT, BOOL, TIME, HEX, COUNT = "text", "integer", "boolean", "xsd:dateTime", "xsd:hexBinary", "xsd:nonNegativeInteger"
REF = "reference"

# Of every UcoObject; facets and the like have their own properties only. A list: any number of nodes of that class.
OBJECT = {K + "name": TEXT, K + "description": TEXT, K + "tag": TEXT, K + "hasFacet": ["facet"],
          K + "externalReference": [K + "ExternalReference"]}
ACTION = {**OBJECT, A + "instrument": REF, A + "object": REF, A + "result": REF}
TABLE = {
    C + "Investigation": {**OBJECT, C + "focus": TEXT, K + "object": REF},
    C + "InvestigativeAction": {**ACTION, C + "wasInformedBy": REF},
    N + "Analysis": ACTION,
    C + "ProvenanceRecord": {**OBJECT, C + "exhibitNumber": TEXT, K + "object": REF},
    T + "AnalyticTool": {**OBJECT, T + "toolType": TEXT, T + "version": TEXT},
    N + "AnalyticResult": {**OBJECT, K + "statement": TEXT, N + "originatingAnalysis": REF, N + "resultContent": REF},
    O + "ObservableRelationship": {**OBJECT, K + "source": REF, K + "target": REF, K + "kindOfRelationship": TEXT,
                                   K + "isDirectional": BOOL},
    **{O + name: OBJECT for name in ("Image", "File", "Directory", "ObservableObject", "WindowsRegistryKey",
                                     "WindowsTask", "WindowsPrefetch", "EventRecord")},
    K + "ExternalReference": {K + "definingContext": TEXT, K + "externalIdentifier": TEXT},
    H + "Hash": {H + "hashMethod": TEXT, H + "hashValue": HEX},
    O + "WindowsRegistryValue": {K + "name": TEXT, O + "data": TEXT, O + "dataType": TEXT},
    O + "TaskActionType": {O + "iExecAction": [O + "IExecActionType"]},
    O + "IExecActionType": {O + "execProgramPath": TEXT, O + "execArguments": TEXT, O + "execWorkingDirectory": TEXT},
}
FACETS = {
    K + "ConfidenceFacet": {K + "confidence": COUNT},
    O + "ImageFacet": {O + "imageType": TEXT},
    O + "ContentDataFacet": {O + "hash": [H + "Hash"], O + "sizeInBytes": INT},
    O + "FileFacet": {O + "fileName": TEXT, O + "filePath": TEXT, O + "isDirectory": BOOL, O + "sizeInBytes": INT,
                      O + "allocationStatus": TEXT, O + "observableCreatedTime": TIME, O + "modifiedTime": TIME,
                      O + "accessedTime": TIME, O + "metadataChangeTime": TIME},
    O + "NTFSFileFacet": {O + "entryID": INT},
    O + "PathRelationFacet": {O + "path": TEXT},
    O + "DataRangeFacet": {O + "rangeOffset": INT, O + "rangeOffsetType": TEXT},
    O + "WindowsRegistryKeyFacet": {O + "key": TEXT, O + "modifiedTime": TIME,
                                    O + "registryValues": [O + "WindowsRegistryValue"]},
    O + "WindowsTaskFacet": {O + "taskCreator": TEXT, O + "taskComment": TEXT, O + "observableCreatedTime": TIME,
                             O + "mostRecentRunTime": TIME, O + "actionList": [O + "TaskActionType"]},
    O + "WindowsPrefetchFacet": {O + "applicationFileName": TEXT, O + "prefetchHash": TEXT, O + "timesExecuted": INT,
                                 O + "lastRun": TIME},
    O + "EventRecordFacet": {O + "eventType": TEXT, O + "eventRecordID": TEXT, O + "eventRecordServiceName": TEXT,
                             O + "observableCreatedTime": TIME},
}
REQUIRED = {O + "ObservableRelationship": {K + "source", K + "target", K + "isDirectional"},
            H + "Hash": {H + "hashMethod", H + "hashValue"}, K + "ConfidenceFacet": {K + "confidence"},
            N + "AnalyticResult": {K + "statement", N + "originatingAnalysis"}}
ONE = {K + "target", K + "source", N + "originatingAnalysis", O + "iExecAction"}
HASHES = {"MD5": 32, "SHA1": 40, "SHA256": 64}
REG_TYPES = {"reg_" + t for t in ("binary dword dword_big_endian expand_sz full_resource_descriptor link multi_sz none "
                                  "qword resource_list resource_requirements_list sz").split()}
OBSERVABLES = {t for t in TABLE if t.startswith(O)}
CONFIDENCE = {"supporting": "15", "strong": "50", "decisive": "85", "S1": "15", "S2": "50", "S3": "70", "S4": "85"}
BANNED = re.compile(r"\b(infected|clean|suspicious|malicious|certain|proves|attacker|guilty|definitely)\b", re.I)
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

wrong = []


def expect(true, *what):
    if not true:
        wrong.append(": ".join(str(w)[:300] for w in what))


def types(o):
    t = o.get("@type", [])
    return [t] if isinstance(t, str) else t


def is_safe(text):
    return not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


def check_value(where, name, kind, value):
    if kind == TEXT:
        expect(isinstance(value, str) and is_safe(value), where, name, value)
    elif kind == INT:
        expect(type(value) is int, where, name, value)
    elif kind == BOOL:
        expect(type(value) is bool, where, name, value)
    elif kind == REF:
        expect(isinstance(value, list) and value, where, name, value)
        links = [v.get("@id") for v in value]
        expect(all(set(v) == {"@id"} for v in value) and len(set(links)) == len(links), where, name, "no links, or twice")
        for link in links:
            expect(link in nodes, where, name, "leads to nothing", link)
    elif isinstance(kind, list):
        expect(isinstance(value, list) and value, where, name, value)
        for part in value:
            expect(len(types(part)) == 1, where, name, part)
            of = types(part)[0]
            expect(of in FACETS if kind == ["facet"] else [of] == kind, where, name, of)
            check_node(part, FACETS.get(of) or TABLE.get(of, {}))
    else:
        expect(set(value) == {"@type", "@value"} and value["@type"] == kind, where, name, value)
        form = {TIME: DATE, HEX: re.compile("([0-9a-f]{2})+"), COUNT: re.compile(r"\d+")}[kind]
        expect(form.fullmatch(value["@value"]), where, name, value)
    expect(name not in ONE or len(value) == 1, where, name, "more than one")


def check_node(o, allowed):
    where = o.get("@id")
    expect(IRI.fullmatch(where or ""), "no IRI", o)
    expect(where not in seen, where, "stands twice")
    seen.add(where)
    for name, value in o.items():
        if name in ("@id", "@type"):
            continue
        expect(name in allowed, where, types(o), "has no property", name)
        if name in allowed:
            check_value(where, name, allowed[name], value)
    for t in types(o):
        expect(not REQUIRED.get(t, set()) - set(o), where, "is without", REQUIRED.get(t, set()) - set(o))
    if types(o) == [H + "Hash"]:
        expect(HASHES.get(o[H + "hashMethod"]) == len(o[H + "hashValue"]["@value"]), where, o[H + "hashMethod"])
    expect(o.get(O + "dataType", "reg_sz") in REG_TYPES, where, o.get(O + "dataType"))


def links(o, name):
    return [v["@id"] for v in o.get(name, [])]


def of_type(t):
    return [o for o in graph if t in types(o)]


def number(o):
    return next((r[K + "externalIdentifier"] for r in o.get(K + "externalReference", [])), None)


def confidence(o):
    return next((f[K + "confidence"]["@value"] for f in o.get(K + "hasFacet", [])), None)


def check_results(findings, records):
    above = {f["id"]: f for f in findings["findings"] if f["strength"] != "listed"}
    results = {number(o) or o[K + "name"]: o for o in of_type(N + "AnalyticResult")}
    wanted = set(above) | {"conclusion " + c["family"] for c in findings["conclusions"]}
    expect(set(results) == wanted, "results", set(results) ^ wanted)
    assessment = of_type(N + "Analysis")[0]["@id"]
    for f in above.values():
        o = results[f["id"]]
        expect(o[K + "statement"] == f["summary"] and o[K + "tag"] == f["family"], f["id"], "statement")
        expect(confidence(o) == CONFIDENCE[f["strength"]], f["id"], "confidence")
        told = {number(nodes[i]) for i in links(o, N + "resultContent")}
        expect(set(f["records"]) <= told and told <= records, f["id"], "records", told)
    for c in findings["conclusions"]:
        o = results["conclusion " + c["family"]]
        expect(o[K + "statement"] == c["statement"] and f"Scale {c['scale']}:" in o[K + "description"], c["family"])
        expect(confidence(o) == CONFIDENCE.get(c["scale"]), c["family"], "confidence")
        want = [results[i]["@id"] for i in c["findings"] if i in above]
        expect(links(o, N + "resultContent") == want, c["family"], "findings")
    for o in results.values():
        expect(links(o, N + "originatingAnalysis") == [assessment], o["@id"], "which analysis?")
        expect(not BANNED.search(o[K + "statement"] + o[K + "description"]), o["@id"],
               BANNED.search(o[K + "statement"] + o[K + "description"]))


def check_provenance(findings):
    items = {e["id"] for e in findings["evidence"]}
    provenance = {o.get(C + "exhibitNumber"): o for o in of_type(C + "ProvenanceRecord")}
    expect(set(provenance) == items | {None}, "exhibit numbers", set(provenance))
    within = {links(o, K + "source")[0]: links(o, K + "target")[0] for o in of_type(O + "ObservableRelationship")}
    for o in of_type(O + "ObservableRelationship"):
        ends = [nodes[i] for p in (K + "source", K + "target") for i in links(o, p)]
        expect(all(set(types(e)) & OBSERVABLES for e in ends), o["@id"], "relates no observables")
    for item in items:
        held = links(provenance[item], K + "object")
        expect(held and nodes[held[0]].get(K + "name") == next(e["name"] for e in findings["evidence"] if e["id"] == item),
               item, "its evidence does not come first")
        for i in held[1:]:
            at, steps = i, 0
            while at in within and at != held[0] and steps < 4:
                at, steps = within[at], steps + 1
            expect(at == held[0] or number(nodes[i]), i, "lies nowhere")
    whole = of_type(C + "Investigation")
    expect(len(whole) == 1, "investigations", len(whole))
    expect(set(links(whole[0], K + "object")) == set(nodes) - {whole[0]["@id"]}, "the investigation has not everything")


with open(sys.argv[1], encoding="utf-8") as f:
    document = json.load(f)
expect(set(document) == {"@context", "@graph"} and document["@context"] == CONTEXT, "context")
graph = document["@graph"]
nodes = {o["@id"]: o for o in graph}
seen = set()
for o in graph:
    allowed = [TABLE[t] for t in types(o) if t in TABLE]
    expect(types(o) and len(allowed) == len(types(o)), o["@id"], "unknown class", types(o))
    check_node(o, {n: k for a in allowed for n, k in a.items()})
with open(sys.argv[2], encoding="utf-8") as f:
    records = {json.loads(line).get("id") for line in f}
with open(sys.argv[3], encoding="utf-8") as f:
    found = json.load(f)
check_results(found, records)
check_provenance(found)
try:
    import rdflib
except ImportError:
    rdflib = None
if rdflib:
    rdf = rdflib.Graph()
    rdf.parse(sys.argv[1], format="json-ld")
    subjects = {str(s) for s in rdf.subjects()}
    expect(subjects == seen, "read as RDF it has other nodes", subjects ^ seen)
for w in wrong[:20]:
    print(w)
print(f"{len(seen)} nodes, {len(wrong)} errors{'' if rdflib else ' (not read as RDF: no python3-rdflib)'}")
sys.exit(1 if wrong else 0)
