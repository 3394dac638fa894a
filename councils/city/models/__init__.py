from councils.city.models.bureau_request import BureauRequest, RequestRule, RequestState
from councils.city.models.requirement import Requirement, RequirementSet

__all__ = ["BureauRequest", "RequestRule", "RequestState", "Requirement", "RequirementSet"]
