"""Units of the three facets, their other names, headcounts, and who belongs where."""

import uuid

from django.conf import settings
from django.db import models

from backend.units.enums import Facet
from backend.units.tree import TreeNode


class Unit(TreeNode):  # type: ignore[django-manager-missing]  # treebeard ships no types
    """A ward, a Party organization, a workplace or association. Its identity is (facet, code, valid_from).

    Codes are re-used by the state under other names, so a code alone names nothing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    facet = models.CharField(max_length=10, choices=Facet.choices)
    code = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    type = models.CharField(max_length=30)
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=450)
    search_key = models.CharField(max_length=220)
    tile_col = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    area_km2 = models.FloatField(null=True, blank=True)
    is_choosable = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["facet", "code", "valid_from"], name="unit_once_per_code_and_start"),
        )
        indexes = (models.Index(fields=["facet", "sort_key"], name="unit_by_facet_in_order"),)

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Another name people know a unit by: most often a unit merged into it."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=220)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "name"], name="alias_once_per_unit"),)


class Headcount(models.Model):
    """How many people a unit had on a day, and who says so. No share is shown without one."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="headcounts")
    count = models.PositiveIntegerField()
    as_of = models.DateField()
    source = models.CharField(max_length=300)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["unit", "as_of"], name="headcount_once_per_day"),)


class Membership(models.Model):
    """Which unit a person belongs to in one facet. One locked row locks the person's every facet."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    facet = models.CharField(max_length=10, choices=Facet.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    changed_at = models.DateTimeField(auto_now=True)
    locked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "facet"], name="membership_once_per_facet"),)
