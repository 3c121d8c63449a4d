"""What the questions of `reads` take and answer, as OpenAPI: made of their types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from holdfast.web.reads import READS, Read

Part = dict[str, Any]

REFERENCE = "#/components/schemas/{name}"
ANSWERS = {
    "304": "Nothing was recorded since the answer whose ETag came in If-None-Match.",
    "400": "A name, a value or a parameter that there is not, with the nearest that there is.",
    "401": "Nobody is signed in, and no key for reading that is in use came with it.",
    "403": "The key has not the scope, or the role does not allow it.",
    "404": "Nothing of this id is there.",
    "405": "Questions are asked by GET.",
    "410": "The row that the cursor names is gone; begin again.",
    "429": "This key asks too often; Retry-After says when to come again.",
    "503": "Somebody writes; come again after Retry-After.",
}
STAMP: Part = {
    "whole_until": {
        "type": ["string", "null"],
        "description": "The instant up to which all that was imported is there.",
    },
    "recorded_until": {"type": ["string", "null"], "description": "When the last record came."},
    "rulebook": {"type": "string", "description": "The version of the rules in force."},
}
SECURITY: Part = {
    "readKey": {
        "type": "http",
        "scheme": "bearer",
        "description": "A key for reading: hfr_...",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "holdfast_session"},
}


def paths() -> Part:
    """Every question's address, with what it takes and answers."""
    return {f"/api/v1/{read.path}": {"get": _operation(read)} for read in READS.values()}


def schemas() -> Part:
    """Every type that answers are made of."""
    return msgspec.json.schema_components(_shapes(), ref_template=REFERENCE)[1]


def _shapes() -> Sequence[type[Struct]]:
    found: dict[str, type[Struct]] = {}
    for read in READS.values():
        besides = [each for each in read.besides.values() if issubclass(each, Struct)]
        found |= {each.__name__: each for each in (read.row, *besides)}
    return list(found.values())


def _operation(read: Read) -> Part:
    return {
        "operationId": read.name,
        "description": f"{read.told} Scope: `{read.scope}`.",
        "tags": ["reading"],
        "parameters": parameters_of(read),
        "security": [{"readKey": []}, {"session": []}],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": {"application/json": {"schema": _envelope(read)}},
            },
            "304": {"description": ANSWERS["304"]},
            **{code: _refusal(text) for code, text in ANSWERS.items() if code != "304"},
        },
    }


def parameters_of(read: Read) -> list[Part]:
    """The parameters of a question: those of its address, then those of its query."""
    inside = set(re.findall(r"{(\w+)}", read.path))
    (schema,) = msgspec.json.schema_components([read.asked])[1].values()
    found = []
    for name, told in schema["properties"].items():
        text = told.pop("description", "")
        if told.get("default") is None or name in inside or told.get("type") == "array":
            told.pop("default", None)
        found.append(
            {
                "name": name,
                "in": "path" if name in inside else "query",
                "required": name in schema["required"],
                "description": text,
                "schema": _told_in_text(told),
            }
        )
    return sorted(found, key=lambda each: each["in"])


def _told_in_text(schema: Mapping[str, Any]) -> Part:
    """A parameter is never null: what is not told is left away."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return dict(kinds[0]) if kinds else dict(schema)


def _envelope(read: Read) -> Part:
    row: Part = {"$ref": REFERENCE.format(name=read.row.__name__)}
    inside: Part = {"data": {"type": "array", "items": row} if read.is_paged else row}
    if read.is_paged:
        inside["next"] = {"type": ["string", "null"], "description": "The cursor of the next page."}
    for name, shape in read.besides.items():
        told = {"type": "boolean"} if shape is bool else {"$ref": REFERENCE.format(name=shape.__name__)}
        inside[name] = told
    return {"type": "object", "required": [*inside, *STAMP], "properties": {**inside, **STAMP}}


def _refusal(text: str) -> Part:
    schema = {"$ref": REFERENCE.format(name="Problem")}
    return {"description": text, "content": {"application/json": {"schema": schema}}}
