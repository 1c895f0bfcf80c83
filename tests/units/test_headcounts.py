"""Headcounts from a table: every wrong line told, nothing stored by halves, and shares follow."""

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backend.infra import clock
from backend.units.headcounts import HeadcountsRefused, read_headcounts
from backend.units.models import Headcount, Unit
from tests.factories import make_unit

DAY = date(2026, 1, 1)
HEAD = "facet,unit,count\n"


@pytest.fixture
def wards(db: None) -> tuple[Unit, Unit]:
    return make_unit(name="Phường Ba Đình"), make_unit(name="Xã Sóc Sơn")


def run(file: Path, *words: str, source: str = "Cục Thống kê") -> str:
    out = io.StringIO()
    call_command("state_headcounts", str(file), "--as-of", "2026-01-01", "--source", source, *words, stdout=out)
    return out.getvalue()


def stored() -> list[tuple[int, int, date, str]]:
    return list(Headcount.objects.order_by("unit").values_list("unit_id", "count", "as_of", "source"))


def test_a_table_is_shown_first_and_stored_on_demand(wards: tuple[Unit, Unit], tmp_path: Path) -> None:
    one, other = wards
    file = tmp_path / "dan-so.csv"
    file.write_text(f"\ufeffFacet, Unit ,count\nterritory,{one.code},65023\nterritory,xa soc son,12345\n", "utf-8")

    shown = run(file)

    assert shown.splitlines() == [
        f"territory {one.code} Phường Ba Đình: 65.023",
        f"territory {other.code} Xã Sóc Sơn: 12.345",
        "2 đơn vị; chưa lưu: thêm --apply / nothing stored without --apply",
    ]
    assert stored() == []

    run(file, "--apply")
    file.write_text(f"{HEAD}territory,{one.code},65024\n", "utf-8")
    again = run(file, "--apply", source="Đính chính")

    assert again.splitlines()[0] == f"territory {one.code} Phường Ba Đình: 65.024 (trước: 65.023)"
    assert stored() == [(one.pk, 65024, DAY, "Đính chính"), (other.pk, 12345, DAY, "Cục Thống kê")]


def test_every_wrong_line_is_told_and_nothing_is_stored(
    wards: tuple[Unit, Unit], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, _ = wards
    make_unit(name="Xã Sóc Sơn")
    file = tmp_path / "dan-so.csv"
    rows = (
        f"territory,{one.code},65023",
        "ward,01,5",
        "territory,Phường Không Có,5",
        "territory,Xã Sóc Sơn,5",
        f"territory,{one.code},7",
        f"territory,{one.code}",
        f"territory,{one.code},7,8",
        *(f"territory,{one.code},{count}" for count in ("0", "-1", "1.000", "1e3", "٣", "")),
    )
    file.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")

    with pytest.raises(CommandError, match=r"^12 lỗi"):
        run(file, "--apply")

    number = "“count” phải là số nguyên từ 1, viết liền, không dấu chấm."
    assert capsys.readouterr().err.splitlines() == [
        "dòng 3: “facet” phải là một trong: territory, party, workplace.",
        "dòng 4: Không có đơn vị này.",
        "dòng 5: Nhiều đơn vị cùng tên: hãy ghi mã đơn vị.",
        "dòng 6: Đơn vị này đã có ở dòng 2.",
        "dòng 7: Dòng phải có đúng 3 cột.",
        "dòng 8: Dòng phải có đúng 3 cột.",
        *(f"dòng {line}: {number}" for line in range(9, 15)),
    ]
    assert stored() == []


@pytest.mark.parametrize("text", ["", "unit,count\n", HEAD, "a,b,c\nterritory,1,2\n"])
def test_a_table_without_its_columns_or_its_lines_is_refused(db: None, text: str) -> None:
    with pytest.raises(HeadcountsRefused):
        read_headcounts(text, as_of=DAY)


def test_units_of_another_day_are_not_named(wards: tuple[Unit, Unit]) -> None:
    one, _ = wards
    Unit.objects.filter(pk=one.pk).update(valid_to=DAY)

    with pytest.raises(HeadcountsRefused) as refused:
        read_headcounts(f"{HEAD}territory,{one.code},5\n", as_of=DAY)

    assert refused.value.problems == [(2, "Không có đơn vị này.")]


UNREADABLE = "Không đọc được dòng này: ô quá dài, hoặc dấu xuống dòng không phải LF hay CRLF."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("facet,unit,count\rterritory,1,2\r", 1),
        (f"{HEAD}territory,x,5\rterritory,y,6\r", 2),
        (f"{HEAD}territory,{'x' * 131_073},5\n", 2),
        (f"{'x' * 131_073}\n", 1),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(db: None, text: str, line: int) -> None:
    with pytest.raises(HeadcountsRefused) as refused:
        read_headcounts(text, as_of=DAY)

    assert refused.value.problems == [(line, UNREADABLE)]


@pytest.mark.parametrize("count", ["9" * 4301, "1000000000", "100000001"])
def test_more_people_than_there_are_is_no_count(wards: tuple[Unit, Unit], count: str) -> None:
    with pytest.raises(HeadcountsRefused) as refused:
        read_headcounts(f"{HEAD}territory,{wards[0].code},{count}\n", as_of=DAY)

    assert refused.value.problems == [(2, "“count” phải là số nguyên từ 1, viết liền, không dấu chấm.")]


def test_nobody_has_been_counted_on_a_day_to_come(wards: tuple[Unit, Unit], tmp_path: Path) -> None:
    file = tmp_path / "dan-so.csv"
    file.write_text(f"{HEAD}territory,{wards[0].code},5\n", "utf-8")
    today = timezone.localdate(clock.now())

    def state(day: date) -> None:
        call_command(
            "state_headcounts", str(file), "--as-of", day.isoformat(), "--source", "Sổ", "--apply", stdout=io.StringIO()
        )

    # Two days on: a day may pass while this runs.
    for day in (today + timedelta(days=2), date(9999, 12, 31)):
        with pytest.raises(CommandError, match="a day to come"):
            state(day)
    assert stored() == []
    state(today)
    assert stored() == [(wards[0].pk, 5, today, "Sổ")]


def test_bytes_that_are_no_text_and_a_missing_source_are_refused(wards: tuple[Unit, Unit], tmp_path: Path) -> None:
    file = tmp_path / "dan-so.csv"
    file.write_bytes(b"\xff\xfe" + HEAD.encode("utf-16-le"))

    with pytest.raises(CommandError, match="UTF-8"):
        run(file)
    with pytest.raises(CommandError, match="--source"):
        run(file, source="  ")
