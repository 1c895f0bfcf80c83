"""The small closed sets of the participation app."""

from django.db import models


class CountedFacet(models.TextChoices):
    """What a count is split by; `all` is not split. Counts are never summed across facets."""

    ALL = "all", "Tất cả"
    TERRITORY = "territory", "Nơi cư trú"
    PARTY = "party", "Tổ chức Đảng"
    WORKPLACE = "workplace", "Cơ quan, đoàn thể"
