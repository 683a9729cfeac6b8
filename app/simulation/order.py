"""Questions asked on a page: kept here, answered by a worker, who has the columns at hand."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.audit.gather import snapshot
from app.cover.place import ruling_in
from app.db import one_at_a_time
from app.errors import Refusal
from app.jobs import ANSWER_QUESTION
from app.ordered import FAILED, MAKING, READY, Orders
from app.servers import reads
from app.simulation.asked import ask
from app.simulation.keep import loaded
from app.simulation.models import WhatIf
from app.simulation.outlook import Ahead
from app.simulation.question import NobodyCovered, YearsReversed
from app.simulation.supposed import supposed_change
from app.simulation.told import facts_of

QUESTIONS: Final = Orders(
    WhatIf, ANSWER_QUESTION, as_trouble=lambda why: {"name": why, "facts": {}}
)
MOST_UNDER_WAY: Final = 2
_KEPT: Final = timedelta(days=30)


class QuestionsUnderWay(Refusal):
    """One account has so many questions answered at once, and no more."""


def order_question(
    session: Session,
    first_year: int,
    last_year: int,
    figures: Mapping[str, Any],
    ahead: Ahead,
    *,
    by: int,
) -> int:
    """Keep a question and promise its answer; its number. Raises YearsReversed,
    QuestionsUnderWay."""
    if last_year < first_year:
        raise YearsReversed(first=first_year, last=last_year)
    one_at_a_time(session, f"questions of {by}")
    going = select(func.count()).where(WhatIf.asked_by == by, WhatIf.state == MAKING)
    if session.execute(going).scalar_one() >= MOST_UNDER_WAY:
        raise QuestionsUnderWay(most=MOST_UNDER_WAY)
    return QUESTIONS.ask(
        session,
        first_year=first_year,
        last_year=last_year,
        figures=dict(figures),
        ahead=asdict(ahead),
        done=0,
        total=0,
        asked_by=by,
    )


def answer_question(session: Session, question_id: int) -> None:
    """Answer one question. Twice equals once."""
    question = session.get_one(WhatIf, question_id)
    if question.state != MAKING:
        return
    try:
        answer = _answer(question)
    except Refusal as refused:  # trying again would not help
        trouble = {"name": refused.name, "facts": refused.facts}
        QUESTIONS.tell(session, question_id, state=FAILED, trouble=trouble)
        return
    QUESTIONS.tell(session, question_id, state=READY, answer=answer)


def _answer(question: WhatIf) -> dict[str, Any]:
    with snapshot(reads()) as seen:
        held = loaded(seen, QUESTIONS.telling(question.id))
    ruling = ruling_in(held.schemes.schemes, question.last_year)
    if not ruling:
        raise NobodyCovered(first=question.first_year, last=question.last_year)
    scheme = supposed_change(ruling[-1], question.figures)
    ahead = Ahead(**question.ahead)
    return facts_of(ask(held, scheme, question.first_year, question.last_year, ahead))


def let_old_questions_go(session: Session) -> None:
    """Forget answers of a month ago: the fund has gone on."""
    old = WhatIf.recorded_at < func.now() - _KEPT
    session.execute(delete(WhatIf).where(WhatIf.state != MAKING, old))
