"""Whatever the catalogue of metrics declares has words in every language."""

from importlib import import_module
from pkgutil import iter_modules

import holdfast.metrics
from holdfast.metrics.catalog import CATALOG
from holdfast.words import knows

for module in iter_modules(holdfast.metrics.__path__):
    import_module(f"holdfast.metrics.{module.name}")


def test_every_metric_has_its_name_family_and_reason() -> None:
    needed = {f"metric.{metric.name}" for metric in CATALOG.values()}
    needed |= {f"family.{metric.family}" for metric in CATALOG.values()}
    needed |= {f"reason.{metric.empty}" for metric in CATALOG.values()}
    needed |= {f"unit_name.{metric.unit}" for metric in CATALOG.values()}
    assert sorted(key for key in needed if not knows(key)) == []
