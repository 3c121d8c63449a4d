"""Whatever the catalogue of metrics declares has words in every language."""

from importlib import import_module
from pkgutil import iter_modules

import pytest

import holdfast.metrics
from holdfast.metrics.catalog import CATALOG, Metric
from holdfast.report.look import Look
from holdfast.report.phrases import formula_text
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


@pytest.mark.parametrize("metric", CATALOG.values(), ids=lambda metric: metric.full_name)
def test_every_metric_and_variant_is_explained_in_every_language(metric: Metric) -> None:
    key = f"formula.{metric.full_name}"
    assert knows(key)
    assert say(key) == metric.formula, "the English sentence is the formula that stands in the code"
    assert [language for language in LANGUAGES if key not in sentences(language)] == []
    look = {language: Look(language=language) for language in LANGUAGES}
    told = {language: formula_text(metric, look[language]) for language in LANGUAGES}
    assert len(set(told.values())) == len(LANGUAGES)


def test_no_formula_is_of_a_metric_that_there_is_not() -> None:
    formulas = [key.partition(".")[2] for key in sentences("en") if key.startswith("formula.")]
    assert [name for name in formulas if name not in CATALOG] == []


def test_every_part_of_a_composed_metric_has_its_name() -> None:
    parts = {part.full_name for metric in CATALOG.values() for part in metric.parts}
    parts |= {setting for metric in CATALOG.values() for setting in metric.settled}
    assert [name for name in sorted(parts) if not (knows(f"metric.{name}") or knows(f"part.{name}"))] == []


def test_every_variant_is_called_in_english_as_it_declares_itself() -> None:
    variants = [metric for metric in CATALOG.values() if metric.variant]
    assert [m.full_name for m in variants if not knows(f"metric.{m.full_name}")] == []
    assert [m.full_name for m in variants if say(f"metric.{m.full_name}") != m.title] == []
