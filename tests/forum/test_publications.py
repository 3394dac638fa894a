"""Answers published together: looked over first, all of them or none, at one moment."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from councils.forum.choices import ResponseState
from councils.forum.ledger import ledger_lines, public_opinions
from councils.forum.models import Opinion, Response, ResponsePublication
from councils.forum.services import opinions, publications, responses
from wards import clock

from .conftest import add_session

REFUSED = pytest.raises(ValidationError)


def messages(raised) -> str:
    return " ".join(raised.value.messages)


@pytest.fixture(autouse=True)
def summer(at):
    """It is the week after the session of 10 July 2026."""
    at("2026-07-15 10:00")


@pytest.fixture
def hear(session, officer):
    """Register an opinion of the session."""

    def register(title, **more):
        values = {"source": "session", "session": session, "section": "地域課", **more}
        return opinions.register_opinion(
            title=title, text=f"{title}のこと。", actor=officer, **values
        )

    return register


@pytest.fixture
def write(officer, manager):
    """Write an answer and have it decided on."""

    def do(opinion, response_class="this_year", *, approved=True, **more):
        response = responses.write_response(
            opinion, response_class=response_class, text="直します。", actor=officer, **more
        )
        if approved:
            responses.approve_response(response, actor=manager)
        return response

    return do


@pytest.fixture
def publication(session, officer):
    """A set of answers of the session."""
    return publications.open_publication(
        title="第1回の回答", planned_on=date(2026, 8, 1), session=session, actor=officer
    )


def test_the_checklist_names_what_is_missing(publication, hear, write, officer, term):
    ready, draft, left, none = hear("一"), hear("二"), hear("三"), hear("四")
    inside = [write(ready), write(draft, approved=False)]
    write(left)
    add_session(term, "2026-05-10 19:00", number=5)
    publications.put_in(publication, inside, actor=officer)

    found = publications.checklist(publication)

    assert found.reasons == ("R08-0002：決裁されていません。",)
    assert found.unanswered == (none,)
    assert found.undecided == (draft,)
    assert found.left_out == (left,)
    assert found.ready == 1
    assert not found.is_complete


def test_a_set_without_a_session_looks_at_all_that_is_due(hear, officer):
    one = hear("一")
    before = publications.open_publication(
        title="回答", planned_on=one.due_on - timedelta(days=1), actor=officer
    )
    on_the_day = publications.open_publication(title="回答", planned_on=one.due_on, actor=officer)

    assert publications.checklist(before).unanswered == ()
    assert publications.checklist(on_the_day).unanswered == (one,)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"planned_on": date(2026, 7, 14)}, "今日以後"),
        ({"planned_on": date.max}, "先すぎます"),
        ({"title": ""}, "件名"),
        ({"title": "a\x00"}, "制御文字"),
    ],
)
def test_a_set_is_planned_in_sound_words(kita, officer, values, told):
    with REFUSED as raised:
        publications.open_publication(
            **{"title": "回答", "planned_on": date(2026, 8, 1), "actor": officer, **values}
        )

    assert told in messages(raised)


def test_an_answer_stands_in_one_set(publication, hear, write, officer):
    response = write(hear("一"))
    publications.put_in(publication, [response], actor=officer)
    other = publications.open_publication(title="別", planned_on=date(2026, 8, 1), actor=officer)

    with REFUSED as raised:
        publications.put_in(other, [response], actor=officer)

    assert "すでに「第1回の回答」" in messages(raised)
    with REFUSED:
        publications.take_out(other, [response], actor=officer)
    publications.take_out(publication, [response], actor=officer)
    publications.put_in(other, [response], actor=officer)
    responses.withdraw_response(response, reason="書き直すため。", actor=officer)
    with REFUSED as raised:
        publications.put_in(other, [response], actor=officer)
    assert "取下げ" in messages(raised)


def test_all_go_out_at_one_moment_and_the_others_are_named(
    publication, hear, write, officer, manager
):
    going, ended, waiting = hear("一"), hear("二"), hear("三")
    inside = [write(going), write(ended, "cannot", reason="法令によります。")]
    publications.put_in(publication, inside, actor=officer)

    result = publications.publish(publication, actor=manager)

    assert (result.answers, result.closed, result.unanswered) == (2, 1, (waiting,))
    assert "R08-0003" in result.in_words
    moments = set(Response.objects.values_list("state", "published_at"))
    assert moments == {(ResponseState.PUBLISHED, clock.now())}
    ended.refresh_from_db()
    going.refresh_from_db()
    assert (ended.closed_on, ended.closing) == (clock.today(), "対応困難")
    assert going.closed_on is None
    assert "対応を公表（対応困難）" in set(ended.entries.values_list("title", flat=True))
    assert set(public_opinions()) == {going, ended}


def test_nothing_goes_out_while_one_is_undecided(publication, hear, write, officer, manager):
    inside = [write(hear("一")), write(hear("二"), approved=False)]
    publications.put_in(publication, inside, actor=officer)

    with REFUSED as raised:
        publications.publish(publication, actor=manager)

    assert "R08-0002：決裁されていません" in messages(raised)
    assert not public_opinions().exists()
    with pytest.raises(PermissionDenied):
        publications.publish(publication, actor=officer)


def test_an_answer_whose_text_was_emptied_past_the_screen_is_not_published(
    publication, hear, write, officer, manager
):
    response = write(hear("一"))
    publications.put_in(publication, [response], actor=officer)
    Response.objects.filter(pk=response.pk).update(text=" ")

    with REFUSED as raised:
        publications.publish(publication, actor=manager)

    assert "対応・考え方を入力してください" in messages(raised)


def test_an_empty_set_is_not_published_and_a_full_one_only_once(
    publication, hear, write, officer, manager
):
    with REFUSED as raised:
        publications.publish(publication, actor=manager)
    assert "一つも入っていません" in messages(raised)
    response = write(hear("一"))
    publications.put_in(publication, [response], actor=officer)
    # Two browsers opened the page before anybody pressed.
    here, there = (ResponsePublication.objects.get(pk=publication.pk) for _ in range(2))
    publications.publish(here, actor=manager)

    for step in (
        lambda: publications.publish(there, actor=manager),
        lambda: publications.put_in(there, [response], actor=officer),
        lambda: publications.take_out(there, [response], actor=officer),
        lambda: publications.change_publication(
            there, title="別", planned_on=date(2026, 8, 1), actor=officer
        ),
    ):
        with REFUSED as raised:
            step()
        assert "すでに公表されています" in messages(raised)
    assert response.opinion.entries.filter(title__startswith="対応を公表").count() == 1


def test_the_preview_is_what_the_public_will_see(publication, hear, write, officer, manager):
    inside = [write(hear("一")), write(hear("二"), "heard")]
    publications.put_in(publication, inside, actor=officer)
    rows = Opinion.objects.order_by("number")
    seen = ledger_lines(rows, clock.today(), as_published={one.pk for one in inside})

    publications.publish(publication, actor=manager)

    assert seen == ledger_lines(public_opinions().order_by("number"), clock.today())


def test_a_withdrawn_answer_leaves_its_unpublished_set(publication, hear, write, officer, manager):
    response = write(hear("一"))
    publications.put_in(publication, [response], actor=officer)

    responses.withdraw_response(response, reason="書き直すため。", actor=officer)

    assert publication.responses.count() == 0
    again = write(hear("二"))
    publications.put_in(publication, [again], actor=officer)
    responses.send_back_response(again, reason="具体的に。", actor=manager)
    assert publication.responses.count() == 0
