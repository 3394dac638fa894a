"""Who gets which answer on the pages of terms, members and the 公募: rows of tests/test_access.py."""

from datetime import date, timedelta

from councils.forum.models import ForumPractice, ForumTerm, MemberCall
from councils.forum.services import members, recruitment
from councils.forum.services.announcements import announce
from wards import clock

READERS = "officer manager ward_mayor"
WORKERS = "officer manager"
HEADS = "manager ward_mayor"
MOVED, NOT_FOUND = 302, 404
NO_RECEIPT = "00000000-0000-4000-8000-000000000000"


def of_forum_members(row, of_a_model, staff: str) -> list:
    """Return the rows; `row` and `of_a_model` are those of the table."""
    rows = []
    for model, see, add, step, may in (
        ("forumterm", READERS, "manager", "engage", HEADS),
        ("forummember", READERS, "", "release", HEADS),
        ("membercall", READERS, WORKERS, "paper", WORKERS),
        ("memberapplication", READERS, "", "score", READERS),
    ):
        base, at = f"admin/ward_forum/{model}/", f"/admin/ward_forum/{model}/{{forum_{model}}}/"
        rows += of_a_model(f"ward_forum/{model}", f"forum_{model}", staff, see=see, add=add)
        act = f"{base}<int:pk>/act/<slug:code>/"
        rows += [
            row(act, f"{at}act/{step}/", see, MOVED),
            row(act, f"{at}act/nothing/", see, NOT_FOUND, method="post"),
            row(act, f"{at}act/{step}/", may, method="post"),
            row(f"{base}export/<slug:kind>/", f"/{base}export/xlsx/", see),
        ]
    # A practice that has begun is followed by another.
    rows += of_a_model(
        "ward_forum/forumpractice", "forum_forumpractice", staff, see=READERS, add="manager"
    )
    practice = "admin/ward_forum/forumpractice/"
    term, member = "admin/ward_forum/forumterm/", "admin/ward_forum/forummember/"
    call, application = "admin/ward_forum/membercall/", "admin/ward_forum/memberapplication/"
    contact, sheet = (
        f"{member}<int:pk>/contact/",
        f"{term}<int:pk>/announcements/<int:announcement>/",
    )
    of_member = f"/{member}{{forum_forummember}}/contact/"
    of_term = f"/{term}{{forum_forumterm}}/announcements/"
    return [
        *rows,
        row(f"{practice}export/<slug:kind>/", f"/{practice}export/csv/", READERS),
        row(sheet, f"{of_term}{{forum_announcement}}/", READERS),
        row(sheet, f"{of_term}999999/", READERS, NOT_FOUND),
        row(contact, of_member, READERS, MOVED),
        row(contact, of_member, WORKERS, method="post"),
        row(f"{member}file/<int:term>/", f"/{member}file/{{forum_forumterm}}/", HEADS),
        row(f"{member}file/<int:term>/", f"/{member}file/999999/", HEADS, NOT_FOUND),
        row(f"{member}file/<int:term>/blank/", f"/{member}file/{{forum_forumterm}}/blank/", HEADS),
        # It is published already: who may publish is told so.
        row(f"{call}<int:pk>/act/<slug:code>/", f"/{call}{{forum_membercall}}/act/publish/", HEADS, method="post"),
        row(f"{call}<int:pk>/letters/", f"/{call}{{forum_decided}}/letters/", READERS),
        row(f"{call}<int:pk>/letters/", f"/{call}{{forum_membercall}}/letters/", ""),
        row(f"{application}<int:pk>/sheet/", f"/{application}{{forum_memberapplication}}/sheet/", READERS),
    ]  # fmt: skip


def of_public_calls(public) -> list:
    """Return the rows of the public pages of the 公募; `public` is that of the table."""
    one = "forum/calls/<int:number>/"
    at = "/forum/calls/{forum_membercall}/"
    receipt = f"{one}applied/<uuid:key>/"
    return [
        public("forum/calls/", "/forum/calls/"),
        public(one, at),
        public(one, "/forum/calls/{forum_draft}/", NOT_FOUND),
        public(f"{one}apply/", f"{at}apply/"),
        public(f"{one}apply/", "/forum/calls/{forum_decided}/apply/"),
        public(f"{one}apply/", "/forum/calls/{forum_draft}/apply/", NOT_FOUND),
        public(receipt, f"{at}applied/{{forum_receipt}}/"),
        public(receipt, f"{at}applied/{NO_RECEIPT}/", NOT_FOUND),
    ]


def forum_member_things(officer, manager, mayor) -> dict[str, object]:
    """Make what the addresses name in the ward served; return the numbers."""
    today, now = clock.today(), clock.now()
    # A term of its own, far from those that other parts make.
    term = ForumTerm.objects.create(
        number=900, valid_from=today - timedelta(days=30), valid_to=today + timedelta(days=700),
        seats_bodies=2, seats_experts=1, seats_public=1,
    )  # fmt: skip
    member = members.engage_member(
        term, name="見本 委員", category="bodies", body="見本の会", reason="推薦", actor=manager
    )
    announcement = announce(term, "engagement", [member], announced_on=today, actor=manager)
    facts = {
        "term": term, "title": "見本の公募", "seats": 1, "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1), "reference_on": today, "theme": "見本",
    }  # fmt: skip
    call = MemberCall.objects.create(**facts, published_at=now)
    application = recruitment.type_application(
        call,
        {
            "name": "見本 応募", "kana": "みほん おうぼ", "birth_on": date(1980, 1, 1), "relation": "resident",
            "address": "北区", "essay": "見本の小論文です。",
        },
        actor=officer,
    )  # fmt: skip
    # As if it had come by the form, so that it has a receipt.
    application.is_on_paper = False
    application.save(update_fields=["is_on_paper"])
    decided = MemberCall.objects.create(
        **facts, published_at=now, decided_on=today, decided_by=manager
    )
    return {
        "forum_forumterm": term.pk,
        "forum_forummember": member.pk,
        "forum_announcement": announcement.pk,
        "forum_membercall": call.pk,
        "forum_decided": decided.pk,
        "forum_draft": MemberCall.objects.create(**facts).pk,
        "forum_memberapplication": application.pk,
        "forum_receipt": application.submission_key,
        "forum_forumpractice": ForumPractice.objects.first().pk,
    }
