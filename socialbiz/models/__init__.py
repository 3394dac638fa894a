"""What a ward keeps of 社会的ビジネス."""

from socialbiz.models.operator import Operator
from socialbiz.models.project import CommissionedProject
from socialbiz.models.venture import Venture

__all__ = ["CommissionedProject", "Operator", "Venture"]
