"""The steps of a session's page: each calls the service of its rule."""

from councils.forum.admin.session_forms import (
    AgendaForm,
    CityForm,
    HeldForm,
    ObserverForm,
    PaperForm,
    ParticularsForm,
    PublishPaperForm,
    RemoveCityForm,
    RemoveItemForm,
    RosterForm,
    SentForm,
    VersionForm,
    WithdrawPaperForm,
)
from councils.forum.services import attendance, minutes, observers, papers, sessions
from councils.forum.services.minutes import MAY_PUBLISH
from councils.forum.services.session_rows import MAY_ANNOUNCE, MAY_CHANGE, day_of
from wards import clock
from wards.desk.pages.steps import NothingToType, ReasonForm, Step
from wards.wareki import wareki


def _minutes_of(session):
    return getattr(session, "minutes", None)


def _is_over(session) -> bool:
    return session.cancelled_at is not None or session.ended_at is not None


def _open(session, user):
    return None if _is_over(session) else []


def _not_published(session, user):
    """Offer what may change until the minutes are published."""
    found = _minutes_of(session)
    is_published = found is not None and found.published_at is not None
    return None if session.cancelled_at is not None or is_published else []


def _not_cancelled(session, user):
    return None if session.cancelled_at is not None else []


def announce(session, data, user) -> str:
    """開催を公表する."""
    return " ".join(["開催を公表しました。", *sessions.announce_session(session, actor=user)])


def _announcement(session, user):
    if _is_over(session) or session.announced_at is not None:
        return None
    return sessions.reasons_not_to_announce(session)


def change(session, data, user) -> str:
    """内容を変える."""
    sessions.change_session(session, actor=user, **data)
    return "会議の内容を保存しました。"


def cancel(session, data, user) -> str:
    """中止する."""
    sessions.cancel_session(session, reason=data["reason"], actor=user)
    return "会議を中止しました。"


def _cancelling(session, user):
    return None if _is_over(session) else sessions.reasons_not_to_cancel(session)


def set_item(session, data, user) -> str:
    """議題を登録する."""
    item = sessions.set_agenda_item(session, actor=user, **data)
    return f"{item}を登録しました。"


def remove_item(session, data, user) -> str:
    """議題を消す."""
    sessions.remove_agenda_item(data["item"], actor=user)
    return "議題を消しました。"


def _has_agenda(session, user):
    return _not_published(session, user) if session.agenda.all() else None


def sent(session, data, user) -> str:
    """資料を送った日を記録する."""
    sessions.record_papers_sent(session, day=data["day"], actor=user)
    return f"{wareki(data['day'])}に資料を送ったことを記録しました。"


def add_paper(session, data, user) -> str:
    """資料を登録する."""
    paper = papers.add_paper(session, actor=user, **data)
    return f"資料「{paper}」を登録しました。"


def publish_paper(session, data, user) -> str:
    """資料を公表する."""
    papers.publish_paper(data["paper"], actor=user)
    return f"資料「{data['paper']}」を公表しました。"


def _has_unpublished(session, user):
    waiting = any(not one.is_public and not one.withdrawn_reason for one in session.papers.all())
    if not waiting or session.cancelled_at is not None:
        return None
    return [] if session.announced_at is not None else ["先に会議の開催を公表してください。"]


def withdraw_paper(session, data, user) -> str:
    """資料を取り下げる."""
    papers.withdraw_paper(data["paper"], reason=data["reason"], actor=user)
    return f"資料「{data['paper']}」を取り下げました。"


def _has_papers(session, user):
    return [] if any(not one.withdrawn_reason for one in session.papers.all()) else None


def prepare(session, data, user) -> str:
    """名簿を用意し直す."""
    came, went = attendance.prepare_roster(session, actor=user)
    return f"名簿を、会議の日の在任者に合わせました（追加{came}人、削除{went}人）。"


def record(session, data, user) -> str:
    """出席を記録する."""
    return f"出席を記録しました。{attendance.record_attendance(session, actor=user, **data).words}"


def _recording(session, user):
    """Offer the attendance from the day of the session on."""
    if not session.attendances.all() or day_of(session.starts_at) > clock.today():
        return None
    return _not_cancelled(session, user)


def add_city(session, data, user) -> str:
    """市側の出席者を加える."""
    row = attendance.add_city_attendee(session, actor=user, **data)
    return f"{row}を加えました。"


def remove_city(session, data, user) -> str:
    """市側の出席者を消す."""
    attendance.remove_city_attendee(data["row"], actor=user)
    return "市側の出席者を消しました。"


def _has_city(session, user):
    city = any(row.kind == "city" for row in session.attendances.all())
    return _not_published(session, user) if city else None


def take(session, data, user) -> str:
    """傍聴を受け付ける."""
    observer = observers.take_observer(session, actor=user, **data)
    if observer.is_admitted is None:
        return f"傍聴{observer.number}番を受け付けました。"
    told = "空いている席があるため、入れます" if observer.is_admitted else "満席のため、入れません"
    return f"傍聴{observer.number}番を受け付けました。{told}。"


def _at_the_desk(session, user):
    """Offer the desk on the day alone."""
    if _is_over(session) or day_of(session.starts_at) != clock.today():
        return None
    return observers.reasons_not_to_take(session)


def draw(session, data, user) -> str:
    """傍聴できる人を決める."""
    return f"傍聴できる人を決めました（{observers.draw_observers(session, actor=user)}人）。"


def _undecided(session, user):
    waiting = [one.is_admitted for one in session.observer_list.all()]
    return None if _is_over(session) or not waiting or any(x is not None for x in waiting) else []


def hold(session, data, user) -> str:
    """開いたことを記録する."""
    found = sessions.record_held(session, actor=user, **data)
    return f"会議を開いたことを記録しました。{found.words}会議録の作成を始めてください。"


def _holding(session, user):
    if _is_over(session) or day_of(session.starts_at) > clock.today():
        return None
    return sessions.reasons_not_held_yet(session)


def confirm(session, data, user) -> str:
    """会議録を確認する."""
    minutes.confirm_minutes(session, version=data["version"], actor=user)
    return "会議録の内容を確認しました。"


def _confirmation(session, user):
    found = _minutes_of(session)
    if found is None or found.confirmed_at is not None:
        return None
    return minutes.reasons_not_to_confirm(found, user)


def publish(session, data, user) -> str:
    """会議録を公表する."""
    minutes.publish_minutes(session, actor=user)
    return "会議録を公表しました。"


def _publication(session, user):
    found = _minutes_of(session)
    waits = found is not None and found.confirmed_at is not None and found.published_at is None
    return [] if waits else None


def reopen(session, data, user) -> str:
    """作成中に戻す."""
    minutes.reopen_minutes(session, reason=data["reason"], actor=user)
    return "会議録を作成中に戻しました。"


STEPS = (
    Step("announce", "開催を公表する", NothingToType, MAY_ANNOUNCE, announce, _announcement, is_next=True),
    Step("hold", "会議を開いたことを記録する", HeldForm, MAY_CHANGE, hold, _holding, is_next=True),
    Step("confirm", "会議録を確認する", VersionForm, MAY_PUBLISH, confirm, _confirmation, intro="会議録のページで内容を読んでから確認してください。"),
    Step("publish", "会議録を公表する", NothingToType, MAY_PUBLISH, publish, _publication, is_next=True),
    Step("reopen", "会議録を作成中に戻す", ReasonForm, MAY_PUBLISH, reopen, _publication),
    Step("sent", "資料を送った日を記録する", SentForm, MAY_CHANGE, sent, _open),
    Step("change", "会議の内容を変える", ParticularsForm, MAY_CHANGE, change, _open, place="facts", intro="公表した後に、日・場所・配信のアドレスを変えられるのは、開催の公表を行える人（区課長）です。"),
    Step("cancel", "会議を中止する", ReasonForm, MAY_ANNOUNCE, cancel, _cancelling, is_grave=True),
    Step("set_item", "議題を登録する", AgendaForm, MAY_CHANGE, set_item, _not_published, place="agenda"),
    Step("remove_item", "議題を消す", RemoveItemForm, MAY_CHANGE, remove_item, _has_agenda, place="agenda"),
    Step("add_paper", "資料を登録する", PaperForm, MAY_CHANGE, add_paper, _not_cancelled, place="papers"),
    Step("publish_paper", "資料を公表する", PublishPaperForm, MAY_ANNOUNCE, publish_paper, _has_unpublished, place="papers"),
    Step("withdraw_paper", "資料を取り下げる", WithdrawPaperForm, MAY_ANNOUNCE, withdraw_paper, _has_papers, place="papers"),
    Step("record", "出席を記録する", RosterForm, MAY_CHANGE, record, _recording, place="roster"),
    Step("prepare", "名簿を用意し直す", NothingToType, MAY_CHANGE, prepare, _open, place="roster", intro="会議の日に在任する委員と市会議員に、名簿を合わせます。"),
    Step("add_city", "市側の出席者を加える", CityForm, MAY_CHANGE, add_city, _not_published, place="roster"),
    Step("remove_city", "市側の出席者を消す", RemoveCityForm, MAY_CHANGE, remove_city, _has_city, place="roster"),
    Step("take", "傍聴を受け付ける", ObserverForm, MAY_CHANGE, take, _at_the_desk, place="observers"),
    Step("draw", "傍聴できる人を決める", NothingToType, MAY_CHANGE, draw, _undecided, place="observers", intro="定員を超えたときは抽選になります。一度だけで、結果は変えられません。"),
)  # fmt: skip
