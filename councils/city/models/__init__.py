from councils.city.models.requirement import Requirement, RequirementSet

__all__ = ["Requirement", "RequirementSet"]
