"""One definition for 24 wards: what is measured, against which target, judged by which rule."""

from kpis.catalog.models.city_result import CityResult
from kpis.catalog.models.evaluation_rule import EvaluationRule
from kpis.catalog.models.indicator import Indicator
from kpis.catalog.models.policy import Policy
from kpis.catalog.models.recorded_result import RecordedResult

__all__ = ["CityResult", "EvaluationRule", "Indicator", "Policy", "RecordedResult"]
