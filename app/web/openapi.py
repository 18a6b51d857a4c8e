"""OpenAPI: FastAPI's own, plus one entry a demo for /result and /stream with that demo's knobs as query parameters."""

from typing import Any

from fastapi import FastAPI

from app.demos import demos
from app.kit import Demo
from app.kit.picture import LENGTH


def install(app: FastAPI) -> None:
    """Make `app.openapi()` (and so /api/openapi.json) complete."""
    plain = app.openapi

    def complete() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = plain()
            _own_errors(schema)
            for demo in demos().values():
                schema["paths"][f"/api/demos/{demo.id}/result"] = {"get": _operation(demo, "result", _RESULT)}
                if demo.streams:
                    schema["paths"][f"/api/demos/{demo.id}/stream"] = {"get": _operation(demo, "stream", _EVENTS)}
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = complete  # type: ignore[method-assign]


def _own_errors(schema: dict[str, Any]) -> None:
    """FastAPI documents its own 422 body; ours is the same for every error (web/failures.py)."""
    schemas = schema["components"]["schemas"]
    schemas.pop("ValidationError", None)
    schemas["HTTPValidationError"] = {"title": "Error", **_ERROR["application/json"]["schema"]}


def _operation(demo: Demo, what: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "tags": ["demos"], "summary": f"{demo.title.en}: {what}", "operationId": f"{what}_{demo.id.replace('-', '_')}",
        "parameters": [_parameter(name, spec) for name, spec in demo.params.model_json_schema()["properties"].items()],
        "responses": {
            "200": {"description": "The computed result", "content": content},
            "304": {"description": "The entity tag still matches"},
            "422": {"description": "A knob is out of range or unknown", "content": _ERROR},
            "503": {"description": "The queue is full, or the run was stopped at its deadline", "content": _ERROR},
        },
    }  # fmt: skip


def _parameter(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    described = {key: value for key, value in spec.items() if key not in ("knob", "title", "description")}
    if spec["knob"]["kind"] in ("matrix", "vector"):
        described = {"type": "string", "maxLength": 2000}
    elif spec["knob"]["kind"] == "picture":
        described = {"type": "string", "pattern": f"^([A-Za-z0-9_-]{{{LENGTH}}})?$"}
    return {
        "name": name, "in": "query", "required": False, "description": spec["description"], "schema": described,
        **({"style": "form", "explode": True} if described.get("type") == "array" else {}),
    }  # fmt: skip


_TEXT = {
    "type": "object", "required": ["zh", "en"], "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
}  # fmt: skip
_ERROR: dict[str, Any] = {"application/json": {"schema": {
    "type": "object", "required": ["error"], "properties": {"error": {
        "type": "object", "required": ["status", "code", "message"],
        "properties": {"status": {"type": "integer"}, "code": {"type": "string"}, "message": _TEXT},
    }},
}}}  # fmt: skip
_RESULT: dict[str, Any] = {"application/json": {"schema": {
    "type": "object",
    "required": ["demo", "query", "progress", "figures", "scalars", "flags", "notes", "checks"],
    "properties": {
        "demo": {"type": "string"}, "query": {"type": "string"}, "progress": {"type": "number"},
        "figures": {"type": "array", "items": {"type": "object"}},
        "scalars": {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
        "flags": {"type": "object", "additionalProperties": {"enum": ["nan", "inf", "-inf"]}},
        "notes": {"type": "array", "items": _TEXT}, "checks": {"type": "array", "items": {"type": "object"}},
    },
}}}  # fmt: skip
_EVENTS: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "type": "object",
            "required": ["event", "data"],
            "properties": {"event": {"enum": ["frame", "done", "failed"]}, "data": {"type": "string"}},
        }
    }
}
