from kpis.models.result import Result

__all__ = ["Result"]
