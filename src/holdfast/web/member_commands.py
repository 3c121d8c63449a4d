"""Commands about members: who may enter, and the links by which they do."""

from __future__ import annotations

from typing import Annotated

import typer

from holdfast.cli.guard import examples
from holdfast.cli.options import As, Format, InWorkspace, Quiet
from holdfast.cli.terminal import Terminal
from holdfast.web.commands import ready_over

members_app = typer.Typer(
    name="members",
    help="People who work with this workspace: added, listed, let in by a link.",
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog=examples(
        "holdfast members add ana@example.com --name Ana --role analyst",
        "holdfast members link ana@example.com",
        "holdfast members list --format json",
        "holdfast members role ana@example.com admin",
        "holdfast members remove ana@example.com",
    ),
)


@members_app.command("add")
def add_member(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="By which they sign in.")],
    name: Annotated[str, typer.Option("--name", help="What they are called.")] = "",
    role: Annotated[str, typer.Option("--role", help="owner, admin, analyst, member or reader.")] = "reader",
    workspace: InWorkspace = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the link alone.")] = False,
) -> None:
    """Add a member and print the link by which they sign in the first time."""
    ready_over(workspace)
    from holdfast.web.workspaces.members import do_add, do_make_link

    terminal, member = Terminal(quiet), do_add(email, name, role)
    terminal.write(f"/sign-in/{do_make_link(member)}/\n")
    terminal.say_beside("After the address of the server; it works once, within 24 hours.")


@members_app.command("link")
def link_member(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose link.")], workspace: InWorkspace = None
) -> None:
    """Print a link by which a member signs in once; earlier ones stop working."""
    ready_over(workspace)
    from holdfast.web.workspaces.members import do_make_link, find_member

    Terminal().write(f"/sign-in/{do_make_link(find_member(email))}/\n")


@members_app.command("list")
def list_members(form: As = Format.TABLE, workspace: InWorkspace = None) -> None:
    """Show the members: role, whether they are let in, when they last were."""
    ready_over(workspace)
    from holdfast.report.listing import listing
    from holdfast.web.workspaces.members import members

    columns = ("email", "name", "role", "active", "last_seen")
    rows = [{name: getattr(member, name) for name in columns} for member in members()]
    terminal = Terminal()
    if form is not Format.TABLE:
        terminal.rows(rows, columns, form)
    elif rows:
        terminal.show(listing(rows, columns, terminal.look))
    else:
        terminal.say("There are no members. Add one: holdfast members add EMAIL --role owner")


@members_app.command("role")
def change_role(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose role.")],
    role: Annotated[str, typer.Argument(metavar="ROLE", help="owner, admin, analyst, member or reader.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Give a member another role; an owner always stays."""
    ready_over(workspace)
    from holdfast.web.workspaces.members import find_member
    from holdfast.web.workspaces.team import do_change_role

    do_change_role(find_member(email), role)
    Terminal(quiet).say(f"{email} is {role} now.")


@members_app.command("take-back")
def take_back(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whom.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Let one in again who was removed, as what they were."""
    ready_over(workspace)
    from holdfast.web.workspaces.members import find_member
    from holdfast.web.workspaces.team import do_take_back

    do_take_back(find_member(email))
    Terminal(quiet).say(f"{email} is let in again.")


@members_app.command("reset-second-factor")
def reset_second_factor(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Ask for no code any more of one who lost the app and the recovery codes."""
    ready_over(workspace)
    from holdfast.web.workspaces.members import find_member
    from holdfast.web.workspaces.second_factor import do_reset

    do_reset(find_member(email))
    Terminal(quiet).say(f"{email} signs in without a code now.")


@members_app.command("unlink")
def unlink(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whom.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Forget what the provider of sign-in calls a member; their mailbox links them the next time."""
    ready_over(workspace)
    from holdfast.web.workspaces.identities import do_unlink
    from holdfast.web.workspaces.members import find_member

    do_unlink(find_member(email))
    Terminal(quiet).say(f"{email} is linked anew at the next sign-in by the provider.")


@members_app.command("remove")
def remove_member(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whom.")],
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Let a member in no longer; what they did stays in the audit log."""
    ready_over(workspace)
    from holdfast.web.workspaces.members import find_member
    from holdfast.web.workspaces.team import do_remove

    do_remove(find_member(email))
    Terminal(quiet).say(f"{email} is let in no longer.")
