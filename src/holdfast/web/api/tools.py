"""What programs may ask as tools of the Model Context Protocol: for assistants, read-only, by a key.

The tools are the questions of `reads` that the key's scopes allow. Each figure comes with the definition
that it was counted by, as of when and as known when it is, and how to see its rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import anyio
import mcp_types as types
import msgspec
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from holdfast import __version__
from holdfast.errors import HoldfastError, unknown
from holdfast.metrics import find
from holdfast.report.rows import instant
from holdfast.web.answers import About, about, rulebook_of
from holdfast.web.api.reading import body_of, let_in
from holdfast.web.reads import READS, Read
from holdfast.web.reads.read import ACCOUNTS, Answer, Row
from holdfast.web.workspaces.audit import do_note

FIGURE = {"metric", "variant", "grain", "period_start", "value"}
GUIDE = (
    "Figures of a subscription business, each with its definition, as of when, and how to see its rows. Ask "
    "`metrics` for what is counted, `kpis` for figures. A value of null is undefined: `reason` says why; it "
    "is not 0. A provisional figure may still change. What is said of a figure should name its period."
)
Many = Mapping[str, Any]


@dataclass(frozen=True)
class Tools:
    """The questions that one key may ask; `address` is where people see the pages, where that is known."""

    key: str
    address: str = ""

    def listed(self) -> list[types.Tool]:
        """The tools that the key's scopes allow, each with the schema of what it takes."""
        return [_tool(read) for read in READS.values() if self._may(read)]

    def call(self, name: str, told: Many) -> str:
        """The answer to one question as JSON; raises HoldfastError for what cannot be or may not be asked."""
        if name not in READS:
            raise unknown("tool", name, [read.name for read in READS.values() if self._may(read)])
        read = READS[name]
        key = let_in(self.key, read.scope)
        asked = read.read({each: value for each, value in told.items() if value is not None})
        do_note(None, "read", name, {**told, "key": key.begins})
        return body_of(asked, self._with_origins(read.asks(asked), asked))

    def _may(self, read: Read) -> bool:
        try:
            let_in(self.key, read.scope, counted=False)
        except HoldfastError:
            return False
        return True

    def _with_origins(self, answer: Answer, asked: Any) -> Answer:
        """The answer with where each of its figures is from."""
        told = about()
        besides = {
            name: self._origin(value, asked, told) if _is_figure(value) else value
            for name, value in answer.besides.items()
        }
        if not answer.key or not answer.rows or not _is_figure(answer.rows[0]):
            return Answer(answer.rows, answer.key, besides)
        rows = [self._origin(row, asked, told) for row in answer.rows]
        return Answer(rows, answer.key, besides)

    def _origin(self, row: Row, asked: Any, told: About) -> Row:
        metric = find(f"{row['metric']}.{row['variant']}" if row["variant"] else row["metric"])
        known = getattr(asked, "known_at", None)
        return {
            **row,
            "definition": {
                "metric": metric.full_name,
                "formula": metric.formula,
                "rulebook": metric.rulebook(rulebook_of()).version,
                "holdfast": __version__,
            },
            "as_of": told.whole_until,
            "known_at": known or told.recorded_until,
            "rows": self._rows(row, asked, told, metric.full_name),
        }

    def _rows(self, row: Row, asked: Any, told: About, name: str) -> Row:
        """How to see what stands behind a figure: as a tool, and as a page where its address is known."""
        period = told.calendar.containing(row["grain"], row["period_start"]).label
        segment, by = tuple(getattr(asked, "segment", ())), tuple(getattr(asked, "by", ()))
        known = getattr(asked, "known_at", None) or (
            instant(told.recorded_until) if told.recorded_until else None
        )
        asks = {"name": name, "period": period, "grain": row["grain"], "segment": segment, "by": by}
        state = [("grain", row["grain"]), ("period", period), *(("segment", each) for each in segment)]
        state += [("known", known)] if known else []
        page = f"{self.address}/kpis/{quote(name)}/explain/?{urlencode(state)}" if self.address else None
        return {"tool": "explain", "arguments": {k: v for k, v in asks.items() if v}, "page": page}


def server_of(tools: Tools) -> Server[dict[str, Any]]:
    """The server that offers these tools; each call is answered in a thread of its own."""

    async def listing(
        _context: ServerRequestContext[dict[str, Any]], _asked: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=await anyio.to_thread.run_sync(tools.listed))

    async def calling(
        _context: ServerRequestContext[dict[str, Any]], asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        try:
            text = await anyio.to_thread.run_sync(tools.call, asked.name, asked.arguments or {})
        except HoldfastError as problem:
            told = " ".join(filter(None, (problem.message, problem.hint)))
            return types.CallToolResult(content=_said(told), is_error=True)
        return types.CallToolResult(content=_said(text), structured_content=json.loads(text))

    return Server(
        "holdfast",
        version=__version__,
        instructions=GUIDE,
        on_list_tools=listing,
        on_call_tool=calling,
    )


def serve_over_pipes(key: str, address: str = "") -> None:
    """Answer on standard input and output until they end; raises HoldfastError for a key that is none."""
    let_in(key, None)
    server = server_of(Tools(key, address.rstrip("/")))

    async def run() -> None:
        async with stdio_server() as (reads, writes):
            await server.run(reads, writes, server.create_initialization_options())

    anyio.run(run)


def _tool(read: Read) -> types.Tool:
    schema = dict(msgspec.json.schema_components([read.asked])[1][read.asked.__name__])
    more = " Names accounts." if read.scope == ACCOUNTS else ""
    return types.Tool(
        name=read.name,
        description=read.told + more,
        input_schema=schema,
        annotations=types.ToolAnnotations(read_only_hint=True, open_world_hint=False),
    )


def _is_figure(value: object) -> bool:
    return isinstance(value, Mapping) and set(value) >= FIGURE


def _said(text: str) -> list[types.ContentBlock]:
    return [types.TextContent(type="text", text=text)]
