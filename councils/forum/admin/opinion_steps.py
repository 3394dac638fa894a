"""The steps of an opinion on its page, from what was said to its result."""

from councils.city.models.bureau_request import RequestState
from councils.forum.admin.opinion_forms import (
    ApprovalForm,
    ChosenPublicationForm,
    ClosingForm,
    MeasureForm,
    OpinionForm,
    RequestForm,
    ResponseForm,
    WithdrawalForm,
    WithdrawnMeasureForm,
)
from councils.forum.choices import OpinionState, ResponseState
from councils.forum.models import Opinion
from councils.forum.services import (
    bureau_requests,
    measures,
    opinions,
    publications,
    responses,
)
from councils.forum.services.responses import living_response
from wards.desk.pages.steps import ReasonForm, Step
from wards.typed import refuse
from wards.wareki import wareki

NO_LONGER = "ほかの人が、この対応を先に動かしました。今の状態を確かめてください。"
NEXT = {
    OpinionState.LATE: "回答の期限を過ぎています。対応を書き、決裁を受けて公表してください。",
    OpinionState.WAITING: "期限までに対応を書き、決裁を受けて公表してください。",
    OpinionState.APPROVED: "決裁が済みました。担当が公表のまとまりに入れ、区課長が公表してください。",
    OpinionState.ACTING: "実施したことを担当が記録し、結果まで済んだら区課長が結果を入力してください。",
    OpinionState.CLOSED: "結果まで済みました。手続きはありません。",
}


def next_step(opinion: Opinion, state: str) -> str:
    """Say what is to be done next, and by whom."""
    living = living_response(opinion)
    if living is not None and living.state == ResponseState.DRAFT:
        return "対応の案があります。書いた人とは別の、区課長か区長が決裁してください。"
    if living is not None and living.state == ResponseState.APPROVED and living.publication_id:
        return "公表のまとまりに入っています。区課長がまとまりのページで公表してください。"
    return NEXT[OpinionState(state)]


# --- doing ---


def _living(opinion, *states):
    """Return the living answer in one of the states, as it stands on the page."""
    living = living_response(opinion)
    return living if living is not None and living.state in states else None


def write(opinion, data, user) -> str:
    """対応を書く."""
    responses.write_response(opinion, actor=user, **data)
    return "対応の案を保存しました。書いた人とは別の人が決裁します。"


def approve(opinion, data, user) -> str:
    """決裁する."""
    responses.approve_response(_need_living(opinion), seen=data["seen"], actor=user)
    return "対応を決裁しました。公表のまとまりに入れて公表してください。"


def send_back(opinion, data, user) -> str:
    """差し戻す."""
    responses.send_back_response(_need_living(opinion), reason=data["reason"], actor=user)
    return "対応を差し戻しました。書いた職員に知らせます。"


def put_in(opinion, data, user) -> str:
    """公表のまとまりに入れる."""
    publications.put_in(data["publication"], [_need_living(opinion)], actor=user)
    return f"「{data['publication']}」に入れました。"


def withdraw(opinion, data, user) -> str:
    """取り下げる."""
    responses.withdraw_response(_need_living(opinion), reason=data["reason"], actor=user)
    return "対応を取り下げました。取り下げた対応と理由は、記録に残ります。"


def _need_living(opinion):
    living = living_response(opinion)
    if living is None:
        refuse([NO_LONGER])
    return living


def measure(opinion, data, user) -> str:
    """実施を記録する."""
    measures.record_measure(opinion, actor=user, **data)
    return "実施したことを記録しました。"


def withdraw_measure(opinion, data, user) -> str:
    """実施の記録を取り消す."""
    measures.withdraw_measure(data["measure"], reason=data["reason"], actor=user)
    return "実施の記録を取り消しました。取り消した記録も残ります。"


def ask(opinion, data, user) -> str:
    """局に要請・提案を出す."""
    sent = bureau_requests.ask_bureau(opinion, actor=user, **data)
    return f"{sent.get_kind_display()}を市民局に出しました。回答の期限は{wareki(sent.due_on)}です。"


def withdraw_request(opinion, data, user) -> str:
    """要請・提案を取り下げる."""
    waiting = _waiting_request(opinion)
    if waiting is None:
        refuse(["取り下げられる要請・提案がありません。"])
    bureau_requests.withdraw_request(waiting, reason=data["reason"], actor=user)
    return "要請・提案を取り下げました。"


def close(opinion, data, user) -> str:
    """結果まで済んだものとする."""
    opinions.close_opinion(opinion, closing=data["closing"], actor=user)
    return "結果まで済んだものとしました。"


def reopen(opinion, data, user) -> str:
    """結果を取り消す."""
    opinions.reopen_opinion(opinion, reason=data["reason"], actor=user)
    return "結果を取り消しました。"


def change(opinion, data, user) -> str:
    """意見を直す."""
    changed = opinions.change_opinion(opinion, actor=user, **data)
    return "意見を直しました。" if changed else "変わったところはありません。"


# --- what stands against a step; None where it is not offered ---


def _waiting_request(opinion):
    return bureau_requests.requests_of(opinion).waiting().first()


def _is_open(opinion, user):
    return [] if opinion.closed_on is None else None


def _writing(opinion, user):
    if opinion.closed_on is not None:
        return None
    living = living_response(opinion)
    is_free = living is None or living.state == ResponseState.DRAFT
    return [] if is_free else None


def _approval(opinion, user):
    draft = _living(opinion, ResponseState.DRAFT)
    return None if draft is None else responses.reasons_not_to_approve(draft, user)


def _sending_back(opinion, user):
    waiting = _living(opinion, ResponseState.DRAFT, ResponseState.APPROVED)
    return None if waiting is None else []


def _putting_in(opinion, user):
    living = _living(opinion, ResponseState.DRAFT, ResponseState.APPROVED)
    return [] if living is not None and living.publication_id is None else None


def _published(opinion, user):
    return [] if _living(opinion, ResponseState.PUBLISHED) is not None else None


def _measured(opinion, user):
    has_some = opinion.measures.filter(withdrawn_at=None).exists()
    return [] if opinion.closed_on is None and has_some else None


def _asking(opinion, user):
    if opinion.closed_on is not None:
        return None
    waiting = _waiting_request(opinion)
    return [] if waiting is None else ["この意見には、答えを待っている要請・提案があります。"]


def _taking_back(opinion, user):
    waiting = _waiting_request(opinion)
    if waiting is None:
        return None
    if waiting.state == RequestState.ANSWERED:
        return ["局が答えたため、取り下げられません。"]
    return []


def _closing(opinion, user):
    return opinions.reasons_not_to_close(opinion) if opinion.closed_on is None else None


def _closed(opinion, user):
    return [] if opinion.closed_on is not None else None


def _changing(opinion, user):
    if opinion.closed_on is not None:
        return None
    if opinion.responses.exclude(published_at=None).exists():
        return ["対応とともに公表されているため、変えられません。"]
    if _living(opinion, ResponseState.APPROVED) is not None:
        return [opinions.APPROVED]
    return []


STEPS = (
    Step("write", "対応を書く", ResponseForm, responses.MAY_ADD, write, _writing, is_next=True),
    Step("approve", "決裁する", ApprovalForm, responses.MAY_APPROVE, approve, _approval, is_next=True),
    Step("send_back", "差し戻す", ReasonForm, responses.MAY_APPROVE, send_back, _sending_back),
    Step("put_in", "公表のまとまりに入れる", ChosenPublicationForm, publications.MAY_CHANGE, put_in, _putting_in),
    Step("withdraw", "対応を取り下げる", WithdrawalForm, responses.MAY_CHANGE, withdraw, _sending_back),
    Step("withdraw_published", "公表した対応を取り下げる", WithdrawalForm, responses.MAY_WITHDRAW_PUBLISHED, withdraw, _published,
         intro="公表のページに、取り下げたことと理由が出ます。", is_grave=True),
    Step("measure", "実施を記録する", MeasureForm, opinions.MAY_CHANGE, measure, _is_open, place="measures"),
    Step("withdraw_measure", "実施の記録を取り消す", WithdrawnMeasureForm, opinions.MAY_CHANGE, withdraw_measure, _measured, place="measures"),
    Step("ask", "局に要請・提案を出す", RequestForm, bureau_requests.MAY_ASK, ask, _asking, place="requests",
         intro="市民局が担当局を決め、局の回答を取りまとめて公表します。"),
    Step("withdraw_request", "要請・提案を取り下げる", WithdrawalForm, bureau_requests.MAY_ASK, withdraw_request, _taking_back, place="requests"),
    Step("close", "結果まで済んだものとする", ClosingForm, opinions.MAY_CLOSE, close, _closing),
    Step("reopen", "結果を取り消す", ReasonForm, opinions.MAY_CLOSE, reopen, _closed),
    Step("change", "意見を直す", OpinionForm, opinions.MAY_CHANGE, change, _changing, place="said"),
)  # fmt: skip
