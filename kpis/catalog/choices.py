"""Fixed lists of the catalogue of indicators, with their labels."""

from django.db import models


class Unit(models.TextChoices):
    """単位 of 実績値 and 目標値."""

    PERCENT = "percent", "％"
    POINT = "point", "点"
    CASE = "case", "件"
    MILESTONE = "milestone", "仕組みの立ち上げ（0または1）"


class Counting(models.TextChoices):
    """数え方: how an indicator enters 表2 (※2 and ※3 of the 実施状況)."""

    EVERY_WARD = "every_ward", "区ごとに数える"
    ONCE_FOR_CITY = "once_for_city", "全市で1件と数える"
    IN_BRACKETS = "in_brackets", "括弧書き（計に含まない）"


class Direction(models.TextChoices):
    """目標の向き, printed behind a target: 50％以上. Every target so far is a lower bound."""

    AT_LEAST = "at_least", "以上"
