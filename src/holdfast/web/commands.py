"""Commands of the server: serve, work, keys, jobs. Each imports Django when it is called."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import As, Format, InWorkspace, Quiet
from holdfast.cli.terminal import Terminal

Host = Annotated[
    str, typer.Option("--host", envvar="HOLDFAST_HOST", help="The address to listen on; 0.0.0.0 for all.")
]
Port = Annotated[int, typer.Option("--port", envvar="HOLDFAST_PORT", min=1, max=65535)]
Processes = Annotated[
    int, typer.Option("--processes", envvar="HOLDFAST_PROCESSES", min=1, max=64, help="Web processes.")
]
WithWorker = Annotated[
    bool, typer.Option("--worker/--no-worker", help="Whether a worker runs beside them; else run `work`.")
]
Label = Annotated[str, typer.Option("--label", help="What the key is for, in your words.")]

DEMO_PORT = 8000

Scope = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        help="What a key for reading may read: figures, accounts, records; again for more.",
        show_default=False,
    ),
]

CLIENTS = """\
Segment, Python   analytics.write_key = '{key}'; analytics.host = '{address}'
Segment, Node     new Analytics({{ writeKey: '{key}', host: '{address}' }})
RudderStack       rudder_analytics.write_key = '{key}'; rudder_analytics.dataPlaneUrl = '{address}'
PostHog, Python   Posthog('{key}', host='{address}')
curl              curl -u {key}: {address}/v1/track -d '{{"userId": "u-1", "event": "Report Created"}}'
"""


def serve(
    workspace: InWorkspace = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    processes: Processes = 1,
    worker: WithWorker = True,
    quiet: Quiet = False,
) -> None:
    """Show pages, take in events, load them and do what is due, until stopped."""
    folder = ready_over(workspace)
    from holdfast.web.serving import serve as run
    from holdfast.web.workspaces.keys import do_create, keys

    terminal = Terminal(quiet)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    terminal.say(f"Holdfast serves {folder} at {address}")
    if not [key for key in keys() if key.revoked_at is None]:
        key = do_create("intake", "made by holdfast serve")
        terminal.say(f"Write key, shown this once: {key}\n")
        terminal.say(CLIENTS.format(key=key, address=address))
    else:
        terminal.say("Another write key: holdfast keys create intake")
    say_way_in(terminal, address)
    sys.stdout.flush()
    run(folder, host, port, processes, worker=worker)
    terminal.say("Stopped; what was taken in is kept.")


def say_way_in(terminal: Terminal, address: str) -> None:
    """Print a link by which the owner signs in once, while nobody has a password yet."""
    from holdfast.web.workspaces.members import first_link

    link = first_link()
    if link:
        terminal.say(f"Sign in, once: {address}/sign-in/{link}/")
    else:
        terminal.say("Another way in: holdfast members link EMAIL")


def serve_demo(folder: Path, terminal: Terminal) -> None:
    """Serve a demo to whoever watches a terminal, until Ctrl-C; with SERVE=0 not at all."""
    if os.environ.get("SERVE") == "0" or not sys.stdout.isatty():
        return
    from holdfast.web.serving import free_port
    from holdfast.web.serving import serve as run

    told = os.environ.get("HOLDFAST_PORT", "")
    port = int(told) if told.isdecimal() else free_port(DEMO_PORT)
    address = f"http://127.0.0.1:{port}"
    ready_over(folder)
    terminal.say(f"\n5. Its pages at {address}, until Ctrl-C")
    say_way_in(terminal, address)
    sys.stdout.flush()
    run(folder, "127.0.0.1", port, 1, worker=True)


def work(workspace: InWorkspace = None, quiet: Quiet = False) -> None:
    """Load what was taken in and do the jobs that are due, until stopped."""
    folder = ready_over(workspace)
    from holdfast.web.worker import Worker

    terminal = Terminal(quiet)
    worker, parent = Worker(folder), os.getppid()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda _number, _frame: worker.stop.set())

    def leave_with_parent() -> None:
        while not worker.stop.wait(1.0):
            if os.getppid() != parent:
                worker.stop.set()

    threading.Thread(target=leave_with_parent, name="parent", daemon=True).start()
    terminal.say(f"Working for {folder}.")
    sys.stdout.flush()
    worker.run()


def mcp(
    key: Annotated[
        str,
        typer.Option("--key", envvar="HOLDFAST_READ_KEY", help="A key for reading.", show_default=False),
    ],
    address: Annotated[
        str, typer.Option("--address", help="Where people see the pages, for links to them.")
    ] = "",
    workspace: InWorkspace = None,
) -> None:
    """Answer an assistant's questions on standard input and output, as far as a key allows."""
    ready_over(workspace)
    from holdfast.web.api.tools import serve_over_pipes

    serve_over_pipes(key, address)


def ready_over(workspace: Path | None) -> Path:
    """Set Django up; only after it can what keeps rows in its database be imported."""
    from holdfast.web.opening import ready

    return ready(workspace or Path())


keys_app = typer.Typer(
    name="keys",
    help="Keys by which programs are let in: made, listed, revoked.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "holdfast keys create intake --label website",
        "holdfast keys create intake --quiet",
        "holdfast keys create read --scope figures --label notebook",
        "holdfast keys list --format json",
        "holdfast keys revoke hfw_Ab12cd",
    ),
)


@keys_app.command("create")
def create(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="intake: a key that may only write; read: only read.")
    ],
    label: Label = "",
    scope: Scope = None,
    workspace: InWorkspace = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the key alone.")] = False,
) -> None:
    """Make a key; it is shown this once, and kept hashed."""
    ready_over(workspace)
    from holdfast.web.workspaces.keys import do_create

    terminal = Terminal(quiet)
    terminal.write(f"{do_create(kind, label, scope or ())}\n")
    terminal.say_beside("Keep it: it is not shown again.")


@keys_app.command("list")
def list_keys(form: As = Format.TABLE, workspace: InWorkspace = None) -> None:
    """Show the keys: how each begins, what for, when it was last used."""
    ready_over(workspace)
    from holdfast.report.listing import listing
    from holdfast.web.workspaces.keys import keys

    columns = ("begins", "kind", "label", "scopes", "created_at", "last_used_at", "revoked_at")
    rows = [{name: getattr(key, name) for name in columns} for key in keys()]
    terminal = Terminal()
    if form is not Format.TABLE:
        terminal.rows(rows, columns, form)
    elif rows:
        terminal.show(listing(rows, columns, terminal.look))
    else:
        terminal.say("There are no keys. Make one: holdfast keys create intake")


@keys_app.command("revoke")
def revoke(
    begins: Annotated[str, typer.Argument(metavar="KEY", help="The key, or how it begins.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Let a key in no longer."""
    ready_over(workspace)
    from holdfast.web.workspaces.keys import do_revoke

    key = do_revoke(begins)
    Terminal(quiet).say(f"{key.begins}... is let in no longer.")


COMMANDS = (
    Command(
        "serve",
        serve,
        "Run the server: the pages, what your product's clients send, and what is due.",
        examples(
            "holdfast serve -w acme",
            "holdfast serve -w acme --host 0.0.0.0 --port 80",
            "holdfast serve -w acme --processes 2 --no-worker",
        ),
    ),
    Command(
        "work",
        work,
        "Run a worker alone: loads what was taken in and does what is due. `serve` runs one by itself.",
        examples("holdfast work -w acme"),
    ),
    Command(
        "mcp",
        mcp,
        "Answer an assistant over the Model Context Protocol, on standard input and output. It reads, "
        "as far as the key's scopes allow, and changes nothing.",
        examples("HOLDFAST_READ_KEY=hfr_... holdfast mcp -w acme --address http://127.0.0.1:8000"),
    ),
)
