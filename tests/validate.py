#!/usr/bin/env python3
"""validate.py SCHEMA FILE: every line of FILE.jsonl, or the whole of FILE.json, against a JSON Schema.

Prints what does not fit, the first twenty; exit status 0 if all does, 1 if not, 77 if python3-jsonschema is missing.
"""
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as f:
    schema = json.load(f)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
with open(sys.argv[2], encoding="utf-8") as f:
    items = [json.loads(line) for line in f] if sys.argv[2].endswith(".jsonl") else [json.load(f)]
wrong = [(n, e) for n, item in enumerate(items, 1) for e in validator.iter_errors(item)]
for n, e in wrong[:20]:
    print(f"{n}: {'/'.join(map(str, e.absolute_path))}: {e.message[:300]}")
print(f"{len(items)} checked, {len(wrong)} errors")
sys.exit(1 if wrong or not items else 0)
