"""The incident room: every state of a set of corrected keys, small and as large as a city's."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.screens.camera import View
from tests.screens.states import answering, failing, heading, held, patched, shows, then

LIST = "**/api/staff/contests/*/regrades"
ONE = "**/api/staff/contests/*/regrades/*-*"
CHOICES = "**/choices"
ROOM = "/quan-tri/dap-an/{wrong_contest}"
NEW = f"{ROOM}/moi?cau={{wrong_question}}"
NO_SET = {"key_version": 1, "results": []}
Pair = tuple[int, int]

evidence = then(heading("Lập bộ sửa đáp án"), shows("Đúng ở các câu khác"))


def in_state(state: str, **fields: Any) -> Any:
    """Show the waiting set, the newest, in another state."""

    def change(body: Any) -> None:
        body["results"][0] |= {"state": state, **fields}

    return patched(LIST, change)


def may(**allowed: bool) -> dict[str, bool]:
    return {"compute": False, "approve": False, "apply": False, "cancel": True, **allowed}


def moved(name: str, *, ranks: Pair, correct: Pair, prizes: tuple[Any, Any] = (None, None)) -> Any:
    return {
        "name": name,
        "unit_name": "Phường Hoàn Kiếm",
        "rank_before": ranks[0],
        "rank_after": ranks[1],
        "correct_before": correct[0],
        "correct_after": correct[1],
        "points_before": None,
        "points_after": None,
        "prize_before": prizes[0],
        "prize_after": prizes[1],
    }


def prize(*names: str, tied: int = 1) -> dict[str, Any]:
    return {"prizes": list(names), "is_undecided": tied > 1, "may_be_none": tied > 1, "tied": tied}


def as_large_as_a_city(body: Any) -> None:
    """Forty thousand people who rise and fall: do the numbers still read?"""
    preview = body["preview"]
    preview["people"] = {"before": 812_406, "after": 812_406}
    preview["entries"] = {"before": 1_204_918, "after": 1_204_918}
    preview["all_correct"] = {"before": 31_877, "after": 44_102}
    preview |= {"person_prizes": ["Giải nhất", "Giải nhì"], "unit_prizes": ["Nhất tập thể", "Nhì tập thể"]}
    one = preview["rounds"][0]
    one |= {"people": 812_406, "risen": 402_118, "fallen": 391_040, "rescored": 118_203}
    one["all_correct"] = {"before": 31_877, "after": 44_102}
    drawn = prize("Giải nhì", "Giải ba", "Giải khuyến khích", tied=1_204)
    one["moves"] = [
        moved("N. T. An", ranks=(391_204, 1_842), correct=(19, 20)),
        moved("T. V. Bình", ranks=(12, 44_103), correct=(20, 19)),
    ]
    one["prizes"] = [
        moved("L. M. Châu", ranks=(9, 1), correct=(19, 20), prizes=(prize("Giải khuyến khích"), prize("Giải nhất"))),
        moved("P. Q. Dũng", ranks=(1, 2), correct=(20, 20), prizes=(prize("Giải nhất"), drawn)),
        moved("H. T. Giang", ranks=(4, 5_208), correct=(20, 19), prizes=(prize("Giải ba"), None)),
    ]
    one["prize_moves"] = 1_219


def as_many_as_a_city(body: Any) -> None:
    """The evidence where a sample is read."""
    key = body["keys"][0][0]
    counts = {option["option"]: 203 for option in body["options"]} | {key: 1_297, key % 4 + 1: 3_013}
    shares = dict.fromkeys(counts, 0.61) | {key % 4 + 1: 0.87}
    body["choices"] |= {"entries": 1_204_918, "read": 50_000, "held": 4_812, "open": 96, "right": counts[key]}
    body["choices"]["options"] = [
        {"option": option, "count": counts[option], "elsewhere": shares[option]} for option in sorted(counts)
    ]
    body["choices"]["sets"] = [{"options": [option], "count": count} for option, count in counts.items()]


def filled(page: Page) -> None:
    evidence(page)
    page.get_by_role("group", name="Đáp án đúng từ nay").get_by_role("radio").nth(0).check()
    page.get_by_label("Lý do").fill("Ba người báo qua đường dây nóng; văn bản ghi khác.")


def refused(page: Page) -> None:
    evidence(page)
    page.get_by_role("button", name="Lập bộ và chấm thử").click()
    shows("Cần nêu lý do")(page)


def searched(page: Page) -> None:
    heading("Lập bộ sửa đáp án")(page)
    page.get_by_role("combobox").fill("ha noi")
    expect(page.get_by_role("option").first).to_be_visible()


def asked(name: str) -> Any:
    def act(page: Page) -> None:
        page.get_by_role("button", name=name).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return act


def chosen(page: Page) -> None:
    shows("có hiệu lực từ")(page)
    page.get_by_text("Xem người thi đã chọn gì").click()
    shows("Đúng ở các câu khác")(page)


previewed = shows("Hai bảng xếp hạng")


def afresh(page: Page) -> None:
    """Let no draft of the picture before be found."""
    page.add_init_script("localStorage.clear()")


# No set stands in the way of a new one.
free = then(afresh, patched(LIST, lambda body: body["results"].pop(0)))
SET = f"{ROOM}/{{set_waiting}}"

INCIDENT = [
    View("incidents", "organizer", "/quan-tri/dap-an", then(heading("Sửa đáp án"), shows("bản 2"))),
    View("incidents-empty", "organizer", "/quan-tri/dap-an", shows("Chưa có bộ"), prepare=answering(LIST, NO_SET)),
    View(
        "incidents-loading",
        "organizer",
        "/quan-tri/dap-an?contest={wrong_contest}",
        prepare=held("/regrades$"),
        waits=False,
    ),
    View("incidents-error", "organizer", "/quan-tri/dap-an", shows("Thử lại"), prepare=failing(LIST)),
    View("incidents-question", "organizer", "/quan-tri/dap-an?cau={wrong_question}", shows("Chọn hội thi")),
    View("propose-empty", "organizer", f"{ROOM}/moi", shows("Chưa chọn câu nào"), prepare=free),
    View("propose-search", "organizer", f"{ROOM}/moi", searched, prepare=free),
    View("propose", "organizer", NEW, filled, prepare=free),
    View("propose-sample", "organizer", NEW, evidence, prepare=then(free, patched(CHOICES, as_many_as_a_city))),
    View("propose-refused", "organizer", NEW, refused, prepare=free),
    View("propose-active", "organizer", NEW, then(evidence, shows("một bộ chưa xong"))),
    View("set-draft", "organizer", SET, shows("chưa chấm thử"), prepare=in_state("draft", can=may(compute=True))),
    View(
        "set-computing",
        "organizer",
        SET,
        shows("Đã chấm 12.400"),
        prepare=in_state("computing", can=may(), progress={"done": 12_400, "total": 40_000}),
    ),
    View("set-own", "author", SET, then(shows("Cần người thứ hai"), previewed)),
    View("set-second", "organizer", SET, then(shows("Cần ý kiến"), previewed)),
    View(
        "set-large",
        "organizer",
        SET,
        then(shows("Cần ý kiến"), previewed),
        prepare=patched(ONE, as_large_as_a_city),
    ),
    View("set-approve", "organizer", SET, then(previewed, asked("Duyệt"))),
    View(
        "set-apply",
        "organizer",
        SET,
        then(previewed, asked("Áp dụng bản đáp án")),
        prepare=in_state("approved", can=may(apply=True), approver="Trần Thẩm Định"),
    ),
    View(
        "set-outdated",
        "organizer",
        SET,
        shows("đã đổi từ khi lập bộ này"),
        prepare=in_state("approved", can=may(), base_key_version=1, approver="Trần Thẩm Định"),
    ),
    View("set-previewing", "organizer", SET, shows("Đang xếp hạng lại"), prepare=held("/regrades/.+"), waits=False),
    View("set-preview-error", "organizer", SET, shows("Thử lại"), prepare=failing(ONE)),
    View("set-in-force", "organizer", f"{ROOM}/{{set_in_force}}", then(previewed, chosen)),
    View("set-given-up", "organizer", f"{ROOM}/{{set_given_up}}", shows("Bộ này đã hủy")),
]
