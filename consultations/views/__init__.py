from consultations.views.receipts import receipt
from consultations.views.sending import new
from consultations.views.tracking import track

__all__ = ["new", "receipt", "track"]
