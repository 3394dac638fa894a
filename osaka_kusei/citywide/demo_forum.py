"""Made-up 区政会議 of the demo wards: a full past term and a running one, walked through the services.

Every step is taken by its people with the clock set back, so that states, records, notices and due
days belong together. Seats of wards that have published theirs are facts, with their source; all
else is made up.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.db.models import F

from councils.forum.choices import Rating, SessionKind
from councils.forum.edition_rules import window_of
from councils.forum.models import EvaluationSheet, ForumPractice, ForumSession, Gathering
from councils.forum.services import bureau_requests, editions, evaluations, gatherings
from osaka_kusei.citywide.demo_forum_opinions import ForumOpinions
from osaka_kusei.citywide.demo_forum_people import FIRST_TERM
from osaka_kusei.citywide.writing import inside_ward
from wards import clock
from wards.desk.choices import MailState
from wards.desk.models import OutgoingMail
from wards.fixtures_reader import read_fixture
from wards.models import User, Ward

# Days after the first day of a term on which its sessions were held.
HELD_AFTER = (45, 140, 280, 411, 505, 645)
SUBCOMMITTEE_AFTER = (345, 700)


@dataclass(slots=True)
class DemoForum:
    """What came of loading: new sessions, and those that were there."""

    new: int = 0
    existing: int = 0


class Story(ForumOpinions):
    """区政会議 of one ward: what else it hears, its evaluations and its yearly publications."""

    def gathering(self, place: int, day: date) -> None:
        """Put a lighter hearing on the calendar."""
        self.calendar.put(day + timedelta(days=1), partial(self._gather, place, day))

    def _gather(self, place: int, day: date) -> None:
        kind, title, where, participants, themes = self.plan["gatherings"][place]
        row = gatherings.register_gathering(
            kind=kind,
            title=title,
            held_on=day,
            place=where,
            participants=participants,
            themes=themes,
            actor=self.officer,
        )
        gatherings.publish_gathering(row, is_public=True, actor=self.officer)
        Gathering.objects.filter(pk=row.pk).update(is_demo=True)

    def evaluation(self, session: str, day: date, *, answers: int | None = None) -> None:
        """Put an evaluation sheet of a session on the calendar; with `answers` it is not full yet."""
        if self.calendar.put(day + timedelta(days=1), partial(self._evaluate, session, answers)):
            self.calendar.put(day + timedelta(days=30), self._publish_evaluation)

    def _evaluate(self, session: str, answers: int | None) -> None:
        asked = self.plan["evaluation"]
        sheet = evaluations.open_sheet(
            self.sessions[session],
            title=asked["title"],
            due_on=clock.today() + timedelta(days=20),
            items=list(asked["items"]),
            actor=self.officer,
        )
        EvaluationSheet.objects.filter(pk=sheet.pk).update(is_demo=True)
        ratings = (Rating.VALID, Rating.MOSTLY, Rating.MOSTLY, Rating.LACKING)
        # Each comment is one member's; the others rated without a word.
        comments = {
            title: self.dice.sample([*said, *[""] * 12], len(said) + 12)
            for title, said in asked["items"].items()
        }
        for member in list(evaluations.members_of(sheet))[:answers]:
            evaluations.enter_evaluation(
                sheet,
                member,
                {
                    item: (self.dice.choice(ratings), comments[item.title].pop())
                    for item in sheet.items.all()
                },
                actor=self.officer,
            )

    def _publish_evaluation(self) -> None:
        sheet = EvaluationSheet.objects.filter(published_at=None).first()
        evaluations.publish_sheet(sheet, actor=self.manager)

    def edition(self, begins: date) -> None:
        """Put the yearly publication of a window on the calendar."""
        _, ends = window_of(begins)
        if self.calendar.put(ends + timedelta(days=25), partial(self._generate, begins)):
            self.calendar.put(ends + timedelta(days=30), partial(self._publish_edition, begins))

    def _generate(self, begins: date) -> None:
        editions.generate_edition(begins, actor=self.officer)

    def _publish_edition(self, begins: date) -> None:
        edition = editions.generate_edition(begins, actor=self.officer)
        editions.publish_edition(edition, actor=self.manager)

    # --- taking the steps ---

    def take(self) -> None:
        """Take every step in its office and at its moment."""
        offices = {"ward": self.ward, "city": Ward.objects.headquarters()}
        for moment, _, office, step in sorted(self.calendar.steps, key=lambda one: one[:2]):
            with inside_ward(offices[office]), clock.set_back(moment):
                step()


def _write_the_story(story: Story) -> None:
    today = story.calendar.today
    begins = window_of(today)[0].year
    running = begins if (begins - FIRST_TERM) % 2 == 0 else begins - 1
    past = running - 2
    story.advisers(date(past, 9, 20))
    for year, by_call in ((past, False), (running, True)):
        story.term(year, by_call=by_call)
        first = date(year, 10, 1)
        held = []
        for after in HELD_AFTER:
            day = first + timedelta(days=after)
            key = f"{year}:{after}"
            if day < today - timedelta(days=45) and story.session(key, year, day):
                held.append((key, day))
        for after in SUBCOMMITTEE_AFTER:
            day = first + timedelta(days=after)
            if day < today - timedelta(days=45):
                story.session(f"{year}:{after}", year, day, kind=SessionKind.SUBCOMMITTEE)
        if year == past:
            story.replacement(past, date(past + 1, 12, 20))
            for number, opinion in enumerate(story.plan["past_opinions"]):
                story.opinion(f"past:{number}", opinion, *held[number % len(held)])
        else:
            _write_the_running_term(story, running, held)
        story.edition(first)
        story.edition(date(year + 1, 10, 1))


def _write_the_running_term(story: Story, year: int, held: list[tuple[str, date]]) -> None:
    today, every = story.calendar.today, story.plan["opinions"]
    recent = today - timedelta(days=10)
    if recent > date(year, 10, 1) + timedelta(days=30):
        if story.session("recent", year, recent, minutes_in=0):
            story.opinion("lately", every[11], "recent", recent)
            story.evaluation("recent", recent, answers=4)
        story.cancelled_session("cancelled", year, today - timedelta(days=31))
        story.session("coming", year, today + timedelta(days=18))
    for number, (place, ago) in enumerate(((0, 190), (1, 150), (2, 100), (3, 70))):
        if today - timedelta(days=ago) > date(year, 10, 1):
            story.gathering(number, today - timedelta(days=ago))
            if place in (0, 1):
                title = story.plan["gatherings"][place][1]
                day = today - timedelta(days=ago)
                story.opinion_of_gathering(f"gathering:{place}", every[(12, 8)[place]], title, day)
    if not held:
        return
    finished = [place for place in (0, 1, 2, 3, 4, 5, 6, 9) if place < story.of_ward["opinions"]]
    for number, place in enumerate(finished):
        key, day = held[number % len(held)]
        story.opinion(f"running:{place}", every[place], key, day)
    for place in (10, 13):
        if place < story.of_ward["opinions"]:
            story.opinion(f"running:{place}", every[place], *held[-1])
    story.evaluation(*held[-1])
    story.call_now(year, closes_in=20 if story.second else -4)


def load_demo_forum(seed: int) -> DemoForum:
    """Load 区政会議 of every demo ward that has none; the caller holds the transaction."""
    plan = read_fixture("demo/forum.json")
    people = {user.email: user for user in User.objects.filter(is_demo=True)}
    _write_published_seats(plan["published"])
    done = DemoForum()
    for slug, of_ward in plan["wards"].items():
        ward = Ward.objects.get(slug=slug)
        wanted = [email for email in of_ward["people"].values() if email]
        with inside_ward(ward):
            existing = ForumSession.objects.filter(is_demo=True).count()
        done.existing += existing
        if existing or not set(wanted) <= set(people):
            continue
        story = Story(ward, plan, of_ward, people, seed)
        _write_the_story(story)
        story.take()
        with inside_ward(ward):
            bureau_requests.take_news_of_requests(clock.today())
            # What told applicants of their result tells of the past, and goes out to nobody.
            results = OutgoingMail.objects.filter(key__startswith="forum-call-result:")
            results.filter(state=MailState.WAITING).update(
                state=MailState.SENT, sent_at=F("created_at")
            )
            done.new += ForumSession.objects.filter(is_demo=True).count()
    return done


def _write_published_seats(published: dict) -> None:
    """Write the seats that wards have published, where a ward has not written its own."""
    for slug, row in published.items():
        with inside_ward(Ward.objects.get(slug=slug)):
            first = ForumPractice.objects.order_by("valid_from").first()
            if ForumPractice.objects.count() == 1 and first.source != row["source"]:
                ForumPractice.objects.filter(pk=first.pk).update(**row)
