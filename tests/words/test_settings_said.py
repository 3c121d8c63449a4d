"""What a setting means is said to a reader of a page as the shell says it, for every setting and rule."""

from __future__ import annotations

from holdfast.flow.knowing.settings import RULE, SETTINGS, help_of
from holdfast.rulebook import HELP
from holdfast.words import say


def test_the_pages_say_of_each_setting_what_the_shell_says() -> None:
    every = [*SETTINGS, *(RULE + rule for rule in HELP)]
    assert {name: say(f"setting.{name}") for name in every} == {name: help_of(name) for name in every}
