"""Every button of the 情報共有カルテ: reads what was typed and calls the service that holds the rule."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404

from consultations.models import Consultation, Entry, Handover, Section
from consultations.services import (
    deliveries,
    handling,
    handovers,
    publishing,
    replies,
    reply_templates,
)
from wards.models import Bureau, Office, User, Ward
from wards.row_numbers import row_number

Action = Callable[..., str]
ACTIONS: dict[str, Action] = {}


def action(code: str) -> Callable[[Action], Action]:
    """Register what a button does; it returns the sentence that is shown when it is done."""

    def register(function: Action) -> Action:
        ACTIONS[code] = function
        return function

    return register


def _chosen(model, typed: str, sentence: str, **limits):
    """Return the row that was chosen, or refuse with the sentence."""
    number = row_number(typed)
    row = model.objects.filter(pk=number, **limits).first() if number else None
    if row is None:
        raise ValidationError(sentence)
    return row


def _handover_of(case: Consultation, post) -> Handover:
    number = row_number(post.get("handover", ""))
    handover = case.handovers.filter(pk=number).first() if number else None
    if handover is None:
        raise Http404
    return handover


@action("route")
def route(case: Consultation, post, user) -> str:
    """受け持つ課を決める."""
    section = _chosen(
        Section, post.get("section", ""), "受け持つ課を選んでください。", is_active=True
    )
    handling.route_consultation(case, section, actor=user, reason=post.get("reason", ""))
    return f"{section}に振り分けました。"


@action("assign")
def assign(case: Consultation, post, user) -> str:
    """担当者を決める."""
    person = _chosen(User, post.get("person", ""), "担当者を選んでください。")
    handling.assign_consultation(case, person, actor=user)
    return f"担当者を{person}にしました。"


@action("file")
def end_by_filing(case: Consultation, post, user) -> str:
    """供覧で終える."""
    handling.file_consultation(case, actor=user, reason=post.get("reason", ""))
    return "供覧で終えました。"


@action("transfer")
def transfer(case: Consultation, post, user) -> str:
    """市の外へ移ちょうする."""
    handling.transfer_consultation(case, actor=user, reason=post.get("reason", ""))
    return "市の外へ移ちょうしました。"


@action("mark_difficult")
def mark_difficult(case: Consultation, post, user) -> str:
    """対応困難とする."""
    handling.mark_difficult(case, actor=user, reason=post.get("reason", ""))
    return "対応困難としました。"


@action("note")
def note(case: Consultation, post, user) -> str:
    """内部メモ."""
    handling.add_note(case, post.get("text", ""), actor=user)
    return "メモを書きました。"


@action("read_back")
def read_back(case: Consultation, post, user) -> str:
    """読み聞かせ確認."""
    handling.confirm_read_back(case, actor=user)
    return "読み聞かせ確認を記録しました。"


@action("withdraw")
def withdraw(case: Consultation, post, user) -> str:
    """いちばん新しい変更を取り消す."""
    number = row_number(post.get("entry", ""))
    entry = Entry.objects.filter(consultation=case, pk=number).first() if number else None
    if entry is None:
        raise Http404
    handling.withdraw_move(entry, actor=user, reason=post.get("reason", ""))
    return "変更を取り消しました。取り消した記録も残ります。"


@action("hold")
def hold(case: Consultation, post, user) -> str:
    """保存を指定する."""
    if not post.get("reason", "").strip():
        raise ValidationError("保存の指定の理由を入力してください。")
    handling.hold_consultation(case, actor=user, reason=post["reason"])
    return "保存を指定しました。保存期間が過ぎても廃棄されません。"


@action("release")
def release(case: Consultation, post, user) -> str:
    """保存の指定を解く."""
    handling.hold_consultation(case, actor=user, reason="")
    return "保存の指定を解きました。"


@action("hand_over")
def hand_over(case: Consultation, post, user) -> str:
    """引き継ぐ."""
    kind, _, number = post.get("receiver", "").partition(":")
    models = {"section": Section, "office": Office, "ward": Ward, "bureau": Bureau}
    if kind not in models:
        raise ValidationError("引継ぎ先を選んでください。")
    receiver = _chosen(models[kind], number, "引継ぎ先を選んでください。")
    handovers.hand_over(case, receiver, actor=user, reason=post.get("reason", ""))
    return f"{receiver}に引き継ぎました。期限は変わりません。"


@action("accept")
def accept(case: Consultation, post, user) -> str:
    """引継ぎを引き受ける."""
    handovers.accept_handover(_handover_of(case, post), actor=user)
    return "引継ぎを引き受けました。"


@action("report")
def report(case: Consultation, post, user) -> str:
    """対応を報告する."""
    handovers.report_on_handover(_handover_of(case, post), actor=user, text=post.get("text", ""))
    return "対応を区に報告しました。"


@action("return")
def give_back(case: Consultation, post, user) -> str:
    """引継ぎを返す."""
    handovers.return_handover(_handover_of(case, post), actor=user, reason=post.get("text", ""))
    return "引継ぎを返しました。"


@action("withdraw_handover")
def withdraw_handover(case: Consultation, post, user) -> str:
    """引継ぎを取り消す."""
    handovers.withdraw_handover(_handover_of(case, post), actor=user, reason=post.get("text", ""))
    return "引継ぎを取り消しました。"


@action("draft")
def draft(case: Consultation, post, user) -> str:
    """回答案を保存し、望まれれば上司に回す."""
    replies.save_draft(
        case,
        actor=user,
        text=post.get("text", ""),
        response_kind=post.get("response_kind", ""),
        template_code=known_template(post.get("template_code", "")),
        seen=post.get("stamp", ""),
        hand_in="submit" in post,
    )
    if "submit" not in post:
        return "回答案を保存しました。まだ上司に回していません。"
    return "回答案を上司に回しました。"


def known_template(code: str) -> str:
    """Return the code of a template that exists, "" for anything else."""
    return code if code in {template.code for template in reply_templates.templates()} else ""


@action("return_draft")
def return_draft(case: Consultation, post, user) -> str:
    """回答案を差し戻す."""
    replies.return_draft(case, actor=user, reason=post.get("reason", ""))
    return "回答案を差し戻しました。"


@action("answer")
def answer(case: Consultation, post, user) -> str:
    """決裁して回答する."""
    bundled = case.bundled.filter(closed_on=None).count()
    replies.answer_consultation(case, actor=user, seen=post.get("stamp", ""))
    also = f"束ねた{bundled}件にも回答しました。" if bundled else ""
    return f"決裁し、回答しました。{also}"


@action("deliver")
def deliver(case: Consultation, post, user) -> str:
    """伝えたことを記録する."""
    number = row_number(post.get("reply", ""))
    reply = case.replies.filter(pk=number).first() if number else None
    if reply is None:
        raise Http404
    deliveries.note_delivery(
        reply, actor=user, way=post.get("way", ""), note=post.get("note", "").strip()
    )
    return "伝えたことを記録しました。"


@action("interim")
def interim(case: Consultation, post, user) -> str:
    """中間回答を送る."""
    replies.send_interim_reply(case, actor=user, text=post.get("text", ""))
    return "中間回答を送りました。期限は変わりません。"


@action("bundle")
def bundle(case: Consultation, post, user) -> str:
    """束ねる."""
    numbers = [number for typed in post.getlist("others") if (number := row_number(typed))]
    others = list(Consultation.objects.visible_to(user).filter(pk__in=numbers))
    count = replies.bundle(case, others, actor=user)
    return f"{count}件を束ねました。この案件の回答が、それぞれの人に届きます。"


@action("unbundle")
def unbundle(case: Consultation, post, user) -> str:
    """束から外す, this case or one that is bound to it."""
    number = row_number(post.get("other", ""))
    freed = case.bundled.filter(pk=number).first() if number else case
    if freed is None:
        raise Http404
    replies.unbundle(freed, actor=user)
    return f"{freed.number}を束から外しました。"


@action("propose")
def propose(case: Consultation, post, user) -> str:
    """公表案を作る."""
    publishing.propose_publication(
        case,
        actor=user,
        title=post.get("title", ""),
        summary=post.get("summary", ""),
        city_view=post.get("city_view", ""),
        response_kind=post.get("response_kind", ""),
        seen=post.get("stamp", ""),
    )
    return "公表案を保存しました。別の人が確認します。"


@action("confirm")
def confirm(case: Consultation, post, user) -> str:
    """公表を確認する."""
    publishing.confirm_publication(case, actor=user, seen=post.get("stamp", ""))
    return "公表を確認しました。次の月例の公表で出ます。"


@action("withhold")
def withhold(case: Consultation, post, user) -> str:
    """公表しない."""
    publishing.withhold_publication(case, actor=user, reason=post.get("withhold_reason", ""))
    return "公表しないことにしました。"


@action("take_down")
def take_down(case: Consultation, post, user) -> str:
    """公表の判定を取り下げる."""
    publishing.take_down(case, actor=user, reason=post.get("reason", ""))
    return "公表の判定を取り下げました。"
