"""What a customer is worth: estimators over plain tables, as scikit-learn has them (docs/estimators.md)."""

from holdfast.insights.worth.beta_geo_nbd import BetaGeoNBD
from holdfast.insights.worth.gamma_gamma import GammaGamma
from holdfast.insights.worth.lifetime_value import lifetime_value
from holdfast.insights.worth.pareto_nbd import ParetoNBD
from holdfast.insights.worth.shifted_beta_geometric import ShiftedBetaGeometric
from holdfast.insights.worth.survival import KaplanMeier

__all__ = [
    "BetaGeoNBD",
    "GammaGamma",
    "KaplanMeier",
    "ParetoNBD",
    "ShiftedBetaGeometric",
    "lifetime_value",
]
