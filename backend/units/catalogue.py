"""Read the product's own unit files into rows. No database here."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from backend.core.text import fold, sort_key
from backend.units.enums import Facet

DATA_DIR = Path(__file__).parent / "data"
WARD_TYPES = {"phuong": "Phường", "xa": "Xã"}
_LAST = "99"  # sorts behind every letter: "Ngoài Hà Nội" is asked for after the wards

Key = tuple[str, str, date]  # facet, code, valid_from: what names a unit


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as the files describe it. A parent stands before its children."""

    facet: str
    code: str
    valid_from: date
    type: str
    name: str
    sort_key: str
    search_key: str
    parent: Key | None = None
    tile_col: int | None = None
    tile_row: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    area_km2: float | None = None
    is_choosable: bool = True
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return (self.facet, self.code, self.valid_from)


def read_units(directory: Path = DATA_DIR) -> list[UnitRow]:
    """Read all files of the directory: wards with their former names, then organizations."""
    wards = list(_read_wards(directory))
    return [*wards, *_read_organizations(directory / "organizations.yaml", wards)]


def _read_wards(directory: Path) -> Iterator[UnitRow]:
    former: dict[str, list[str]] = {}
    for line in _csv(directory / "hanoi-former-names.csv"):
        district = line["former_district"]
        former.setdefault(line["code"], []).append(f"{line['former_name']}, {district[0].lower()}{district[1:]}")
    for line in _csv(directory / "hanoi-wards.csv"):
        yield UnitRow(
            facet=Facet.TERRITORY,
            code=line["code"],
            valid_from=date.fromisoformat(line["valid_from"]),
            type=line["type"],
            name=line["name"],
            sort_key=_ward_sort_key(line["name"], line["type"]),
            search_key=fold(line["name"]),
            tile_col=int(line["tile_col"]),
            tile_row=int(line["tile_row"]),
            latitude=float(line["lat"]),
            longitude=float(line["lon"]),
            area_km2=float(line["area_km2"]),
            aliases=tuple(former.get(line["code"], ())),
        )


def _read_organizations(path: Path, wards: list[UnitRow]) -> Iterator[UnitRow]:
    tree: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    valid_from = tree.pop("valid_from")
    for facet, nodes in tree.items():
        for node in nodes:
            yield from _read_node(node, facet=Facet(facet), valid_from=valid_from, parent=None, wards=wards)


def _read_node(
    node: dict[str, Any], *, facet: Facet, valid_from: date, parent: Key | None, wards: list[UnitRow]
) -> Iterator[UnitRow]:
    row = UnitRow(
        facet=facet,
        code=node["code"],
        valid_from=valid_from,
        type=node["type"],
        name=node["name"],
        sort_key=(_LAST if node.get("last") else "") + sort_key(node["name"]),
        search_key=fold(node["name"]),
        parent=parent,
        is_choosable=node.get("choosable", True),
        aliases=tuple(node.get("aliases", ())),
    )
    yield row
    for child in node.get("children", ()):
        yield from _read_node(child, facet=facet, valid_from=valid_from, parent=row.key, wards=wards)
    if node.get("children_from") == "wards":
        yield from (_ward_committee(ward, parent=row.key) for ward in wards)


def _ward_committee(ward: UnitRow, *, parent: Key) -> UnitRow:
    """Describe the Party committee that every ward and commune has."""
    name = f"Đảng bộ {ward.name[0].lower()}{ward.name[1:]}"
    return UnitRow(
        facet=Facet.PARTY,
        code=f"db-{ward.code}",
        valid_from=ward.valid_from,
        type="ward_party_committee",
        name=name,
        sort_key=ward.sort_key,
        search_key=fold(name),
        parent=parent,
    )


def _ward_sort_key(name: str, ward_type: str) -> str:
    """Order wards by what they are called, as people look them up, not by "Phường" and "Xã"."""
    return sort_key(f"{name.removeprefix(WARD_TYPES[ward_type]).strip()} {WARD_TYPES[ward_type]}")


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))
