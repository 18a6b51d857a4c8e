"""/mock: start a mock interview, go on with one, look at old ones, make a link for a friend."""

from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from app.errors import AppError, BadInput, Conflict, Unprocessable
from app.kit import Lang, text
from app.services.catalogue import Catalogue
from app.services.days import zone
from app.services.mock import script
from app.services.mock.drawing import questions_in
from app.services.mock.messages import MINUTES, Begin
from app.web.dates import moment
from app.web.learner import CookieZone, LearnerId, Now, PlannerOf, Rng
from app.web.messages import problems
from app.web.mocks import FormOf, MocksOf, one, weights_of, whole
from app.web.templating import Pages

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/{lang}/mock")
def index(
    lang: Lang, request: Request, mocks: MocksOf, learner: LearnerId, now: Now, rng: Rng, tz: CookieZone
) -> HTMLResponse:
    return _page(lang, request, mocks, learner, now, rng, tz)


@router.post("/{lang}/mock")
def start(
    lang: Lang, request: Request, form: FormOf, mocks: MocksOf, planner: PlannerOf, learner: LearnerId, now: Now,
    rng: Rng, tz: CookieZone,
) -> Response:  # fmt: skip
    """The form sends its own mock_id: pressed twice, it starts one."""
    fields: dict[str, object] = {"mock_id": one(form, "mock_id"), "topics": form.get("topic", [])}
    if (minutes := whole(one(form, "minutes"))) is not None:
        fields["minutes"] = minutes
    if one(form, "again_of"):
        fields |= {"again_of": one(form, "again_of"), "topics": []}
    try:
        asked = Begin.model_validate(fields)
    except ValidationError as error:
        raise BadInput(_FORM, problems(error)) from None
    try:
        weights = weights_of(planner, (topic.id for topic in mocks.catalogue.topics), learner, asked)
        mocks.start(learner, asked, now, rng, weights)
    except (Conflict, Unprocessable) as refused:  # too early to repeat; all of it gone
        return _page(lang, request, mocks, learner, now, rng, tz, refused)
    return RedirectResponse(f"/{lang}/mock/{asked.mock_id}", 303)


def _page(
    lang: Lang, request: Request, mocks: MocksOf, learner: int, now: Now, rng: Rng, tz: str,
    problem: AppError | None = None,
) -> HTMLResponse:  # fmt: skip
    catalogue: Catalogue = request.app.state.catalogue
    pages: Pages = request.app.state.pages
    listed = mocks.listed(learner)
    pool = script.pool(catalogue)
    context = {
        "mock_id": uuid4(),
        "minutes": [(minutes, questions_in(minutes)) for minutes in MINUTES],
        "topics": [(topic, [catalogue.cards[slug] for slug in pool.get(topic.id, ())]) for topic in catalogue.topics],
        "open": [mock for mock in listed if mock.ended_at is None],
        "ended": [mock for mock in listed if mock.ended_at is not None],
        "again_id": {mock.mock_id: uuid4() for mock in listed},
        "now": now,
        "when": lambda at: moment(at, lang, zone(tz)),
        "titles": {slug: card.title[lang] for slug, card in catalogue.cards.items()},
        "seed": rng.randrange(1, 10_000),
        "problem": problem,
    }
    return HTMLResponse(pages.render("pages/mock.html", lang, "/mock", **context), problem.status if problem else 200)


_FORM = text(
    zh="表单里有无法识别的内容，请重新填写。", en="The form holds something that cannot be used; fill it in again."
)
