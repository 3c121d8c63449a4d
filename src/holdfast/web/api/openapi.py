"""What programs may post and ask, as OpenAPI: made of what is registered, so that it cannot lag behind."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from holdfast import __version__
from holdfast.collect.sources import POSTED, SOURCES
from holdfast.web.api import reading_described

Part = dict[str, Any]

ANSWERS = {
    "200": "The body is on disk; it is loaded, whatever is killed meanwhile.",
    "400": "It is not JSON, or not of this protocol.",
    "401": "No key that is in use, or no right signature, came with it.",
    "405": "Bodies are posted.",
    "413": "It is too large.",
    "429": "This key asks too often; Retry-After says when to come again.",
    "503": "It cannot be kept now; come again after Retry-After.",
}
MESSAGE: Part = {"type": "object", "additionalProperties": True}
BODIES: dict[str, Part] = {
    "segment": {
        "oneOf": [
            {
                "type": "object",
                "required": ["batch"],
                "properties": {
                    "batch": {"type": "array", "items": {"$ref": "#/components/schemas/Call"}},
                    "writeKey": {"type": "string"},
                    "sentAt": {"type": "string"},
                },
            },
            {"$ref": "#/components/schemas/Call"},
        ]
    },
    "posthog": {
        "oneOf": [
            {
                "type": "object",
                "required": ["batch", "api_key"],
                "properties": {
                    "batch": {"type": "array", "items": {"$ref": "#/components/schemas/Capture"}},
                    "api_key": {"type": "string"},
                    "sent_at": {"type": "string"},
                },
            },
            {"$ref": "#/components/schemas/Capture"},
        ]
    },
}
CALL: Part = {
    "type": "object",
    "properties": {
        "type": {"enum": ["track", "page", "screen", "identify", "group", "alias"]},
        "messageId": {"type": "string"},
        "userId": {"type": ["string", "integer"]},
        "anonymousId": {"type": "string"},
        "groupId": {"type": ["string", "integer"]},
        "event": {"type": "string"},
        "timestamp": {"type": "string"},
        "properties": MESSAGE,
        "traits": MESSAGE,
        "context": MESSAGE,
    },
}
CAPTURE: Part = {
    "type": "object",
    "required": ["event"],
    "properties": {
        "event": {"type": "string"},
        "distinct_id": {"type": ["string", "integer"]},
        "uuid": {"type": "string"},
        "timestamp": {"type": "string"},
        "api_key": {"type": "string"},
        "properties": MESSAGE,
        "$set": MESSAGE,
        "$set_once": MESSAGE,
    },
}
PROBLEM: Part = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "hint": {"type": ["string", "null"]},
            },
        }
    },
}
TAKEN: Part = {"type": "object", "required": ["success"], "properties": {"success": {"const": True}}}


def described() -> Part:
    """The description of every way in, and of every question."""
    paths = {path: _posting(name, path) for name, source in POSTED.items() for path in source.paths}
    paths |= {f"/hooks/{name}": _hook(name) for name in SOURCES}
    paths["/healthz"] = {
        "get": {"operationId": "healthz", "responses": {"200": {"description": "It lives."}}}
    }
    ours = {"Call": CALL, "Capture": CAPTURE, "Problem": PROBLEM, "Taken": TAKEN}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Holdfast", "version": __version__},
        "paths": paths | reading_described.paths(),
        "components": {
            "schemas": ours | reading_described.schemas(),
            "securitySchemes": {"writeKey": {"type": "http", "scheme": "basic"}} | reading_described.SECURITY,
        },
    }


def openapi(_request: HttpRequest) -> HttpResponse:
    """The description, for programs."""
    return JsonResponse(described())


def _posting(source: str, path: str) -> Part:
    operation: Part = {
        "operationId": f"{source}{path.replace('/', '-')}",
        "requestBody": {"required": True, "content": {"application/json": {"schema": BODIES[source]}}},
        "responses": _responses(),
    }
    return {"post": operation | ({"security": [{"writeKey": []}, {}]} if source == "segment" else {})}


def _hook(name: str) -> Part:
    return {
        "post": {
            "operationId": f"hook-{name}",
            "description": f"What {name} signs and sends; docs/{name}.md.",
            "requestBody": {"required": True, "content": {"application/json": {"schema": MESSAGE}}},
            "responses": {code: each for code, each in _responses().items() if code != "429"},
        }
    }


def _responses() -> Part:
    def of(schema: str) -> Part:
        return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}

    return {
        code: {"description": text, "content": of("Taken" if code == "200" else "Problem")}
        for code, text in ANSWERS.items()
    }
