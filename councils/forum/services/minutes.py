"""会議録: written by several hands without loss, confirmed by a second person, published, corrected.

Two writers are told apart by the version that each began from. The one who comes second is shown
both texts and saves on top of the newer one.
"""

from django.db import transaction

from councils.forum.choices import MinutesState, StepKind
from councils.forum.minutes_text import changed_lines
from councils.forum.models import ForumSession, Minutes
from councils.forum.services.session_rows import MINUTES, locked, part_url
from councils.forum.services.steps import note
from wards import clock
from wards.access import may
from wards.desk.services import mark_all_done_for
from wards.storing import store
from wards.text import faults_of_text, with_plain_line_ends
from wards.typed import need_text, refuse

MAY_WRITE = "ward_forum.change_minutes"
MAY_PUBLISH = "ward_forum.publish_minutes"
LONGEST_BODY = 200_000
MOST_PLACES_TOLD = 20
LONGEST_PLACE_TOLD = 100
NOT_HELD = "会議録は、会議を開いたことを記録してから作成できます。"
CONFIRMATION_ENDED = "会議録の内容が変わったため、確認を取り消しました。"


class StaleMinutesError(Exception):
    """Somebody else saved meanwhile; `stored` is what is kept now, with who saved it and when."""

    def __init__(self, stored: Minutes) -> None:
        super().__init__("ほかの人が先に保存しました。")
        self.stored = stored


def minutes_state(minutes: Minutes) -> MinutesState:
    """Return how far the minutes are."""
    if minutes.published_at is not None:
        return MinutesState.PUBLISHED
    return MinutesState.DRAFT if minutes.confirmed_at is None else MinutesState.CONFIRMED


def _locked(session: ForumSession) -> Minutes:
    """Return the minutes under the lock of their session; refuse where there are none yet."""
    session = locked(session)
    minutes = (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("saved_by")
        .filter(session=session)
        .first()
    )
    if minutes is None:
        refuse([NOT_HELD])
    minutes.session = session
    return minutes


def _readable(body: str) -> str:
    body = with_plain_line_ends(body)
    refuse(faults_of_text(body, longest=LONGEST_BODY))
    return body.rstrip()


def _write(minutes: Minutes, body: str, actor, *more: str) -> None:
    minutes.body = body
    minutes.version += 1
    minutes.saved_by, minutes.saved_at = actor, clock.now()
    store(minutes, "body", "version", "saved_by", "saved_at", *more)


@transaction.atomic
def end_confirmation(session: ForumSession, why: str, actor) -> None:
    """End the confirmation of minutes not yet published: what is printed with them was changed.

    A new version, so that nobody confirms what they read before. `why` stands in the record.
    """
    minutes = Minutes.objects.select_for_update().filter(session=session).first()
    if minutes is None or minutes_state(minutes) != MinutesState.CONFIRMED:
        return
    minutes.confirmed_at = minutes.confirmed_by = None
    minutes.version += 1
    store(minutes, "confirmed_at", "confirmed_by", "version")
    note(session, StepKind.MINUTES, CONFIRMATION_ENDED, actor=actor, text=why)


@transaction.atomic
def save_minutes(session: ForumSession, *, body: str, version: int, actor) -> Minutes:
    """Save a text that was begun from a version; a confirmation of what was there before ends.

    Raise StaleMinutesError when another version is stored by now; nothing is changed then. The same
    text saved twice changes nothing.
    """
    may(actor, MAY_WRITE)
    body = _readable(body)
    minutes = _locked(session)
    if minutes.published_at is not None:
        refuse(["公表した会議録は書き換えられません。訂正の手続きで直してください。"])
    if body == minutes.body:
        return minutes
    if version != minutes.version:
        raise StaleMinutesError(minutes)
    was_confirmed = minutes.confirmed_at is not None
    minutes.confirmed_at = minutes.confirmed_by = None
    _write(minutes, body, actor, "confirmed_at", "confirmed_by")
    if was_confirmed:
        note(minutes.session, StepKind.MINUTES, CONFIRMATION_ENDED, actor=actor)
    return minutes


def reasons_not_to_confirm(minutes: Minutes, actor) -> list[str]:
    """List why a person cannot confirm minutes."""
    if minutes.confirmed_at is not None:
        return ["この会議録は、すでに確認されています。"]
    reasons = []
    if not minutes.body.strip():
        reasons.append("議事がまだ書かれていません。")
    if minutes.saved_by_id == actor.pk:
        reasons.append("最後に保存した人とは別の人が確認してください。")
    return reasons


@transaction.atomic
def confirm_minutes(session: ForumSession, *, actor, version: int | None = None) -> None:
    """Confirm what the minutes say; with `version`, refuse any other text than the one that was read."""
    may(actor, MAY_PUBLISH)
    minutes = _locked(session)
    refuse(reasons_not_to_confirm(minutes, actor))
    if version is not None and version != minutes.version:
        refuse(["画面を開いた後に、会議録が保存されました。読み直してから確認してください。"])
    minutes.confirmed_by, minutes.confirmed_at = actor, clock.now()
    store(minutes, "confirmed_by", "confirmed_at")
    note(minutes.session, StepKind.MINUTES, "会議録の内容を確認しました。", actor=actor)


def reasons_not_to_publish(minutes: Minutes) -> list[str]:
    """List why minutes cannot be published."""
    if minutes.published_at is not None:
        return ["この会議録は、すでに公表されています。"]
    if minutes.confirmed_at is None:
        return ["確認していない会議録は公表できません。"]
    return []


@transaction.atomic
def publish_minutes(session: ForumSession, *, actor) -> None:
    """Let everybody read the minutes; who was told that they are missing is done."""
    may(actor, MAY_PUBLISH)
    minutes = _locked(session)
    refuse(reasons_not_to_publish(minutes))
    minutes.published_by, minutes.published_at = actor, clock.now()
    store(minutes, "published_by", "published_at")
    mark_all_done_for(part_url(minutes.session, MINUTES))
    note(minutes.session, StepKind.MINUTES, "会議録を公表しました。", actor=actor)


@transaction.atomic
def reopen_minutes(session: ForumSession, *, reason: str, actor) -> None:
    """Take a confirmation back, for a reason; what is published is corrected instead."""
    may(actor, MAY_PUBLISH)
    minutes = _locked(session)
    if minutes.published_at is not None:
        refuse(["公表した会議録は、作成中に戻せません。訂正の手続きで直してください。"])
    if minutes.confirmed_at is None:
        refuse(["この会議録は、まだ確認されていません。"])
    reason = need_text(reason, "作成中に戻す理由を入力してください。", longest=1_000)
    minutes.confirmed_at = minutes.confirmed_by = None
    store(minutes, "confirmed_at", "confirmed_by")
    note(
        minutes.session, StepKind.MINUTES, "会議録を作成中に戻しました。", actor=actor, text=reason
    )


@transaction.atomic
def correct_minutes(
    session: ForumSession, *, body: str, reason: str, actor, version: int | None = None
) -> Minutes:
    """Correct published minutes; the record says why, and what was written before and after.

    With `version`, raise StaleMinutesError when another one is stored by now.
    """
    may(actor, MAY_PUBLISH)
    body = _readable(body)
    reason = need_text(reason, "訂正の理由を入力してください。", longest=1_000)
    minutes = _locked(session)
    if minutes.published_at is None:
        refuse(["まだ公表していない会議録は、保存して直してください。"])
    if not body.strip():
        refuse(["議事を空にはできません。"])
    if body == minutes.body:
        refuse(["公表した会議録と同じ内容です。訂正する箇所を直してください。"])
    if version is not None and version != minutes.version:
        raise StaleMinutesError(minutes)
    changes = changed_lines(minutes.body, body)
    _write(minutes, body, actor)
    note(
        minutes.session,
        StepKind.MINUTES,
        "公表した会議録を訂正しました。",
        actor=actor,
        text=f"理由：{reason}\n{told_changes(changes)}",
    )
    return minutes


def told_changes(changes: list[tuple[int, str, str]]) -> str:
    """Return what was corrected as lines of the record, the longest cut short."""

    def cut(text: str) -> str:
        short = " ".join(text.split())
        return f"{short[:LONGEST_PLACE_TOLD]}…" if len(short) > LONGEST_PLACE_TOLD else short

    lines = [
        f"{line}行目：「{cut(before) or '（なし）'}」→「{cut(after) or '（削除）'}」"
        for line, before, after in changes[:MOST_PLACES_TOLD]
    ]
    if len(changes) > MOST_PLACES_TOLD:
        lines.append(f"ほか{len(changes) - MOST_PLACES_TOLD}か所")
    return "\n".join(lines)
