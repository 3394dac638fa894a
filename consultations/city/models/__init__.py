from consultations.city.models.referral import Referral, ReferralFile
from consultations.city.models.reply_template import CityReplyTemplate
from consultations.city.models.rules import DeadlineRule, RetentionClass

__all__ = ["CityReplyTemplate", "DeadlineRule", "Referral", "ReferralFile", "RetentionClass"]
