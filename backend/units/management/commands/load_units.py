"""`python -m backend load_units`: bring wards and organizations in line with the product's files."""

from typing import Any

from django.core.management.base import BaseCommand

from backend.units.catalogue import read_units
from backend.units.loading import load_units


class Command(BaseCommand):
    help = "Load the wards and the starter tree of organizations; running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_units(read_units())
        self.stdout.write(
            f"units: {report.total_count} in the files, {report.created_count} created, "
            f"{report.updated_count} updated; former and short names: {report.aliases_added_count} added, "
            f"{report.aliases_removed_count} removed"
        )
