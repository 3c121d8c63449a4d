"""Whatever the catalogue of metrics declares has words in every language."""

from importlib import import_module
from pkgutil import iter_modules

import holdfast.metrics
from holdfast.metrics.catalog import CATALOG, defaults
from holdfast.words import LANGUAGES, knows, say
from holdfast.words.sentences import sentences

for module in iter_modules(holdfast.metrics.__path__):
    import_module(f"holdfast.metrics.{module.name}")


def test_every_metric_has_its_name_family_and_reason() -> None:
    needed = {f"metric.{metric.name}" for metric in CATALOG.values()}
    needed |= {f"family.{metric.family}" for metric in CATALOG.values()}
    needed |= {f"reason.{metric.empty}" for metric in CATALOG.values()}
    needed |= {f"unit_name.{metric.unit}" for metric in CATALOG.values()}
    assert sorted(key for key in needed if not knows(key)) == []


def test_every_metric_of_the_board_is_explained_in_every_language() -> None:
    for metric in defaults():
        key = f"formula.{metric.name}"
        assert say(key) == metric.formula, "the English sentence is the formula that stands in the code"
        assert [language for language in LANGUAGES if key not in sentences(language)] == []


def test_every_part_of_a_composed_metric_has_its_name() -> None:
    parts = {part.full_name for metric in CATALOG.values() for part in metric.parts}
    parts |= {setting for metric in CATALOG.values() for setting in metric.settled}
    assert [name for name in sorted(parts) if not (knows(f"metric.{name}") or knows(f"part.{name}"))] == []


def test_every_variant_is_called_in_english_as_it_declares_itself() -> None:
    variants = [metric for metric in CATALOG.values() if metric.variant]
    assert [m.full_name for m in variants if not knows(f"metric.{m.full_name}")] == []
    assert [m.full_name for m in variants if say(f"metric.{m.full_name}") != m.title] == []
