"""What the 24 wards share about 相談・要望."""

from django.apps import AppConfig


class ConsultationCityConfig(AppConfig):
    """Dated rules of the clock, classes of retention, city templates, referrals between offices."""

    name = "consultations.city"
    label = "consultation_city"
    verbose_name = "相談・要望（全市共通）"
