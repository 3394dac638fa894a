"""The form of 相談・要望: choose, say, leave a contact, check, send. One address, no session.

What was typed travels in the pages themselves and is judged anew at every step; nothing that comes
back is trusted. Only the files wait in the ward, under the submission's key.
"""

import re
import uuid
from functools import cached_property

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from consultations.citizens_office import office_to_ask
from consultations.city.models import DeadlineRule
from consultations.forms import ChoosePage, ConfirmPage, ContactPage, SaidPage
from consultations.models import Category, CategoryForm, WaitingFile
from consultations.questions import label_in, options_in
from consultations.services.intake import (
    Circumstances,
    Receipt,
    check_submission,
    one_at_a_time,
    receipt_of,
    receive_with_files,
    token_of,
)
from consultations.services.routing import destination_of
from consultations.services.waiting_files import (
    keep_waiting,
    remove_waiting,
    waiting_files,
)
from consultations.submission_rules import CONTACT_FIELDS
from wards import clock
from wards.deadlines import due_on
from wards.intake.turns import Turn, allowance, client_digest, take_turn, turn_of
from wards.languages import multilingual
from wards.office_hours import closed_at
from wards.public_forms import LONGEST_KEY

FIELDS = ("category", "place", "body", "wants_reply", "reply_by", "answer_in_mail", *CONTACT_FIELDS)
PAGES = ("category", "said", "contact", "check")
# Numbers that stand in a stopping answer become buttons to press on a telephone.
EMERGENCY_NUMBER = re.compile(r"(?<![0-9])(?:110|118|119)(?![0-9])")
FILES_PER_TURN = 3


@require_http_methods(["GET", "HEAD", "POST"])
@multilingual
def new(request):
    """Take a citizen's case: one thing at a time, then everything once more, then the receipt."""
    response = pressed(request) if request.method == "POST" else opened(request)
    # Private, but not `no-store`: going back must show what was typed.
    patch_cache_control(response, private=True)
    return response


def opened(request) -> HttpResponse:
    """Show the choice of categories, or the page of the one that the address names."""
    code = request.GET.get("category", "")
    if not code:
        return choices_page(request)
    category = Category.objects.for_citizens(clock.today()).filter(code=code[:40]).first()
    if category is None or len(code) > 40:
        return choices_page(request, is_unknown=True)
    if category.stop_answer:
        return stop_page(request, category)
    form = CategoryForm.objects.in_force(category, clock.today())
    page = SaidPage(
        questions=form.questions if form else (), language=language_of_page(), initial={}
    )
    return show(request, "said", page, category, {"category": category.code})


class Draft:
    """What came in with one press of a button."""

    def __init__(self, request):
        self.request = request
        self.language = language_of_page()
        self.raw = typed(request.POST)
        self.checked = check_submission(self.raw)
        self.category = self.checked.category
        self.key = request.POST.get("submission_key", "")
        self.has_key = 0 < len(self.key) <= LONGEST_KEY
        self.token = token_of(self.key) if self.has_key else ""

    @cached_property
    def waiting(self) -> list[WaitingFile]:
        """Return the files that wait under the key."""
        return waiting_files(self.token) if self.token else []

    @cached_property
    def said(self) -> SaidPage:
        """Return the page of what was said, looked through."""
        return SaidPage(
            self.request.POST, self.request.FILES, checked=self.checked, questions=self.questions,
            language=self.language, waiting=self.waiting,
        )  # fmt: skip

    @property
    def questions(self) -> list:
        """Return the category's own questions."""
        return self.checked.form.questions if self.checked.form else []

    def fresh(self, page: str, **hurdle):
        """Return a page filled in with what was typed, without a word about faults."""
        initial = {**self.raw, **hurdle}
        if page == "category":
            return ChoosePage(
                categories=categories_to_choose(), language=self.language, initial=initial
            )
        if page == "said":
            return SaidPage(questions=self.questions, language=self.language, initial=initial)
        return {"contact": ContactPage, "check": ConfirmPage}[page](initial=initial)

    def judged(self, page: str):
        """Return a page with its faults."""
        data = self.request.POST
        if page == "category":
            return ChoosePage(
                data, checked=self.checked, categories=categories_to_choose(), language=self.language
            )  # fmt: skip
        if page == "said":
            return self.said
        return {"contact": ContactPage, "check": ConfirmPage}[page](data, checked=self.checked)

    @cached_property
    def first_faulty_page(self) -> str:
        """Return the first page on which something has to be mended; "" when there is none."""
        names = {name for name, _ in self.checked.faults}
        if "category" in names:
            return "category"
        if self.said.has_own_faults:
            return "said"
        return "contact" if names & set(ContactPage.base_fields) else ""


def pressed(request) -> HttpResponse:
    """Go on from one page to the next, or store the case."""
    draft = Draft(request)
    known = receipt_of(draft.key) if draft.has_key else None
    wants_to_send = request.POST.get("confirm") == "1"
    if known and wants_to_send:
        return to_receipt(known)
    asked_for = request.POST.get("edit") or request.POST.get("stay") or ""
    stops = draft.category is not None and draft.category.stop_answer
    if stops and draft.first_faulty_page == "category" and asked_for != "category":
        return stop_page(request, draft.category, draft)
    if wants_to_send and not asked_for:
        return send(draft)
    hurdle = {"submission_key": draft.key if draft.has_key and not known else str(uuid.uuid4())}
    if stamp := draft.said["form_opened"].value() if draft.said.errors is not None else "":
        hurdle["form_opened"] = stamp
    more = {"taken_as": known.consultation.number if known else ""}
    if request.POST.get("remove_file"):
        remove_waiting(draft.token, request.POST["remove_file"])
        draft.__dict__.pop("waiting", None)
        asked_for = "said" if request.POST.get("page") == "said" else "check"
    keep_files(draft, token_of(hurdle["submission_key"]))
    if asked_for in PAGES and not (asked_for == "check" and draft.first_faulty_page):
        return page_of(draft, asked_for, draft.fresh(asked_for, **hurdle), **more)
    came_from = request.POST.get("page", "")
    faulty = draft.first_faulty_page
    if came_from == "category" and faulty != "category":
        return page_of(draft, "said", draft.fresh("said", **hurdle), **more)
    if faulty == "contact" and came_from == "said":
        return page_of(draft, "contact", draft.fresh("contact", **hurdle), **more)
    if faulty:
        return page_of(draft, faulty, draft.judged(faulty), **more)
    if draft.request.POST.get("website"):
        return page_of(draft, "check", draft.judged("check"), **more)
    return page_of(draft, "check", draft.fresh("check", **hurdle), **more)


def send(draft: Draft) -> HttpResponse:
    """Store the case and lead to its receipt, or show what has to be mended; no text is lost."""
    confirm = draft.judged("check")
    faulty = draft.first_faulty_page
    if faulty or not confirm.is_valid():
        keep_files(draft, token_of(confirm["submission_key"].value()))
        page = faulty or "check"
        form = draft.judged(page)
        return page_of(draft, page, confirm if page == "check" else form)
    with one_at_a_time(draft.token):
        if known := receipt_of(draft.key):
            return to_receipt(known)
        turn = turn_of(draft.request, in_doubt=draft.said.is_doubtful)
        if not turn.allowed:
            keep_files(draft, draft.token)
            return come_back_later(draft, turn)
        how = Circumstances(language=draft.language, submission_key=draft.key)
        return to_receipt(receive_with_files(draft.checked, how, draft.said.fresh_files))


def to_receipt(receipt: Receipt) -> HttpResponse:
    """Lead to the receipt, always the same one for the same submission."""
    token = receipt.consultation.submission_token
    response = HttpResponseRedirect(reverse("consultations:receipt", args=[token]), status=303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def keep_files(draft: Draft, token: str) -> None:
    """Keep the files of this page for the next ones; too many of them in a short time are refused."""
    fresh = draft.said.fresh_files
    if not fresh:
        return
    turn = take_turn(
        client_digest(draft.request, "files"),
        purpose="files",
        per_window=FILES_PER_TURN * allowance(draft.request),
    )
    if turn.allowed:
        keep_waiting(token, fresh)
        draft.waiting = waiting_files(token)
    else:
        sentence = gettext(
            "短い時間に多くのファイルが送られたため、いまは添付を受け付けられません。10分ほどたってから、もう一度選んでください。"
        )
        draft.said.add_error("attachments", sentence)
        draft.said.fields["attachments"].sound = []
        draft.__dict__.pop("first_faulty_page", None)


def come_back_later(draft: Draft, turn: Turn) -> HttpResponse:
    """Show the check page once more with a request for patience: everything typed is still there."""
    page = draft.fresh(
        "check", submission_key=draft.key, form_opened=draft.said["form_opened"].value()
    )
    minutes = max(1, -(-turn.retry_after_seconds // 60))
    response = page_of(draft, "check", page, status=429, minutes=minutes)
    response.headers["Retry-After"] = str(turn.retry_after_seconds)
    return response


def page_of(draft: Draft, page: str, form, *, status=200, **more) -> HttpResponse:
    """Show a page of a draft."""
    if page == "check":
        more |= checked_facts(draft)
    return show(
        draft.request, page, form, draft.category, draft.raw, files=draft.waiting, status=status, **more
    )  # fmt: skip


def checked_facts(draft: Draft) -> dict:
    """Return what the check page tells: everything said, and when, by whom an answer comes."""
    day = clock.today()
    said = draft.checked.said
    rule = DeadlineRule.objects.in_force(day)
    destination = destination_of(draft.category, said.place, day)
    return {
        "said": said,
        "answers": answers_in_words(draft.questions, said.answers, draft.language),
        "retention_years": draft.category.retention.years,
        "section": destination.section,
        "office": destination.office,
        "due_on": due_on(day, rule.clock),
        "days": rule.clock.days,
    }


def answers_in_words(questions, answers, language: str) -> list[tuple[str, str]]:
    """Pair each question with its answer, both in the language of the page."""
    pairs = []
    for question in questions:
        answer = answers.get(question["code"], "")
        known = {"yes": gettext("はい"), "no": gettext("いいえ")}
        if question["kind"] == "choice":
            known = dict(options_in(question, language))
        elif question["kind"] != "yes_no":
            known = {}
        pairs.append((label_in(question, language), known.get(answer, answer)))
    return pairs


def show(request, page: str, form, category, raw, *, status=200, **more) -> HttpResponse:
    """Render a page of the form with what the other pages hold in hidden fields."""
    language = language_of_page()
    context = {
        "form": form,
        "page": page,
        "category": category,
        "category_name": category.name_in(language) if category else "",
        "tongues": category.tongues(language) if category else {},
        "category_notice": category.notice_in(language) if category else "",
        "carried": [(name, text) for name, text in raw.items() if name not in form.fields],
        "language": language,
        "languages_keep_the_form": True,
        "closed": closed_at(timezone.localtime(clock.now())),
        "ask": office_to_ask(),
        **more,
    }
    return render(request, f"consultations/new_{page}.html", context, status=status)


def choices_page(request, *, is_unknown=False) -> HttpResponse:
    """List the categories as links: nothing has been typed yet."""
    language = language_of_page()
    categories = categories_to_choose()
    listed = [
        (c.code, c.name_in(language), c.description_in(language), c.tongues(language).get("name"))
        for c in categories
    ]
    # The last one that can be chosen takes whatever fits nowhere.
    catch_all = next((c.code for c in reversed(categories) if not c.stop_answer), "")
    return render(
        request,
        "consultations/choose.html",
        {
            "categories": listed,
            "is_unknown": is_unknown,
            "catch_all": catch_all,
            "form": ConfirmPage(),
            "language": language,
            "closed": closed_at(timezone.localtime(clock.now())),
        },
        status=404 if is_unknown else 200,
    )


def stop_page(request, category: Category, draft: Draft | None = None) -> HttpResponse:
    """Show the answer that ends the form; what was typed can still go to another category."""
    language = language_of_page()
    answer = category.stop_answer_in(language)
    return render(
        request,
        "consultations/stop.html",
        {
            "category_name": category.name_in(language),
            "tongues": category.tongues(language),
            "answer": answer,
            "numbers": list(dict.fromkeys(EMERGENCY_NUMBER.findall(answer))),
            "form": draft.fresh("category", **kept_hurdle(draft)) if draft else None,
            "carried": list(draft.raw.items()) if draft else [],
            "language": language,
        },
    )


def kept_hurdle(draft: Draft) -> dict[str, str]:
    """Return the key of a draft, where it has one."""
    return {"submission_key": draft.key} if draft.has_key else {}


def categories_to_choose() -> list[Category]:
    """List what a citizen may choose today."""
    return list(Category.objects.for_citizens(clock.today()))


def typed(post) -> dict[str, str]:
    """Return the fields of a submission as they were typed, and nothing else that was sent."""
    raw = {name: post[name] for name in FIELDS if name in post}
    asked = [name for name in post if re.fullmatch(r"question_[a-z][a-z0-9_]{0,29}", name)]
    return raw | {name: post[name] for name in asked[:20]}


def language_of_page() -> str:
    """Return the code of the language in which the page is served."""
    return get_language() or "ja"
