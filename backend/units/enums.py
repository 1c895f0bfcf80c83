"""The small closed sets of the units app."""

from django.db import models


class Facet(models.TextChoices):
    """The three ways a person belongs. Counts are never summed across them."""

    TERRITORY = "territory", "Nơi cư trú"
    PARTY = "party", "Tổ chức Đảng"
    WORKPLACE = "workplace", "Cơ quan, đoàn thể"
