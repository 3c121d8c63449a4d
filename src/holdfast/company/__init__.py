"""A simulated SaaS company with known truth: the demo, the test bed, the benchmark."""

from __future__ import annotations

from holdfast.company.events import DECLARED
from holdfast.company.exports import write_exports
from holdfast.company.simulation import Company, company_of, simulate
from holdfast.company.sizing import Sizing

__all__ = ["DECLARED", "Company", "Sizing", "company_of", "simulate", "write_exports"]
