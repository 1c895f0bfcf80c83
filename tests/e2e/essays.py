"""A small contest that is over, with an essay on every paper that two people mark."""

import secrets
from collections import Counter
from datetime import timedelta
from typing import Any

# What each of the others wrote, and how many of the questions with a key they left open.
OTHERS = (
    ("Phường tôi nên mở thư viện số ở nhà văn hóa, mỗi tối một giờ cho học sinh.", 0),
    ("Giữ lại những ngõ nhỏ và hàng cây là giữ lại trí nhớ của thành phố.", 1),
    (None, 2),
)
NAMES = ("Nguyễn Thị Hồng An", "Trần Văn Quốc Bình", "Lê Minh Châu Giang")
QUESTION = "Viết một ý tưởng của anh, chị để xây dựng Thủ đô văn hiến, văn minh, hiện đại ở nơi mình sống."
GUIDE = "Ý tưởng cụ thể, làm được ở cơ sở: 4 điểm.\nGắn với nội dung nghị quyết: 4 điểm.\nDiễn đạt: 2 điểm."
OWN = (
    "Ở tổ dân phố nơi tôi ở, người già nhiều mà chỗ gặp nhau ít. Tôi đề nghị mỗi phường chọn một ngõ, trồng cây, "
    "đặt ghế đá và một tủ sách dùng chung.\n\nNgõ ấy do chính cư dân trông coi. Mỗi quý phường chọn một câu chuyện "
    "hay của ngõ để kể trên bản tin. <b>Chi phí</b> nhỏ, việc làm được ngay, "
    "và ai đi qua cũng thấy thành phố là của mình."
)


def essays(email: str) -> dict[str, Any]:
    """Let everybody sit it, this person last and with the most mistakes: third of those who wrote."""
    from backend.accounts.models import Person
    from backend.contests.models import Contest, Round, RoundQuestion
    from backend.core.rulebook import Rulebook
    from backend.core.rules.essays import Essay
    from backend.core.rules.prizes import Prize
    from backend.infra import clock
    from backend.questions.models import QuestionVersion
    from backend.units.enums import Facet
    from backend.units.models import Unit
    from tests.factories import make_person
    from tests.results.essays import sit_essay

    now, word = clock.now(), secrets.token_hex(4)
    versions = list(QuestionVersion.objects.filter(state="approved", kind="single").order_by("pk")[:5])
    cells = Counter((version.topic.key, version.difficulty) for version in versions)
    rules = Rulebook(
        question_count=5,
        prediction=None,
        ranking=("score", "earliest"),
        essay=Essay(count=1, points=10, markers=2),
        prizes=(Prize("Giải Nhất", 1, 500_000), Prize("Giải Nhì", 1, 300_000)),
    )
    contest = Contest.objects.create(
        key=f"tu-luan-{word}",
        title="Hội thi có bài tự luận",
        summary="Năm câu hỏi và một bài viết.",
        rulebook=rules.to_json(),
        rulebook_hash=rules.fingerprint(),
    )
    one = Round.objects.create(
        contest=contest,
        number=1,
        title="Đợt 1",
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(hours=2),
        keys_release_at=now - timedelta(hours=1),
        blueprint=[{"topic": topic, "difficulty": level, "count": n} for (topic, level), n in cells.items()],
    )
    pool = [*versions, _essay_question(versions[0], word)]
    RoundQuestion.objects.bulk_create(RoundQuestion(round=one, version=version) for version in pool)
    # Older than the demo contest, which everything else looks at first.
    contest.created_at, contest.frozen_at = now - timedelta(days=400), now - timedelta(days=3)
    contest.save(update_fields=["created_at", "frozen_at"])
    wards = list(Unit.objects.filter(facet=Facet.TERRITORY, is_choosable=True).order_by("pk")[:3])
    for number, (text, wrong) in enumerate(OTHERS):
        person = make_person(name=NAMES[number], territory=wards[number], email=f"tu-luan-{word}-{number}@vidu.test")
        sit_essay(one, text, person=person, wrong=wrong, at=one.opens_at + timedelta(hours=1, minutes=number))
    person = Person.objects.get(email=email)
    attempt = sit_essay(one, OWN, person=person, wrong=3, at=one.opens_at + timedelta(hours=9))
    return {"contest": contest.key, "round": str(one.uuid), "attempt": str(attempt.uuid)}


def _essay_question(like: Any, word: str) -> Any:
    """Make the question that is answered in words, out of the way of those who count the bank."""
    from backend.core.text import fold
    from backend.questions.models import Citation, Question, QuestionVersion, Topic

    topic, _ = Topic.objects.get_or_create(key="tu-luan", defaults={"name_vi": "Tự luận", "name_en": "Essays"})
    question = Question.objects.create(key=f"tu-luan-{word}", document=like.question.document)
    version = QuestionVersion.objects.create(
        question=question,
        number=1,
        state="retired",
        kind="essay",
        topic=topic,
        difficulty=1,
        stem=QUESTION,
        explanation=GUIDE,
        search_key=fold(QUESTION),
        content_hash=secrets.token_hex(32),
    )
    Citation.objects.create(version=version, clause=like.citations.first().clause, quote="")
    return version
