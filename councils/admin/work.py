"""「わたしの仕事」 of 地域活動協議会: what waits for this person, the overdue first."""

from django.db.models import Count, Q
from django.urls import reverse

from councils.admin.places import waiting_for
from councils.choices import FilingState, NoticeState, RevocationState
from councils.models import (
    CertificationApplication,
    ChangeNotice,
    Confirmation,
    CorrectiveRequest,
    Filing,
    Revocation,
)
from wards import clock


def my_councils(request) -> tuple[str, dict] | None:
    """Collect what waits for the person, each with its list."""
    user = request.user
    if not user.has_perm("councils.view_communitycouncil"):
        return None
    today = clock.today()
    steps: list[dict] = []

    def offer(count: int, text: str, url: str, tone: str) -> None:
        if count:
            steps.append({"count": count, "text": text, "url": url, "tone": tone})

    councils = reverse("admin:councils_communitycouncil_changelist")
    if user.has_perm("councils.change_confirmation"):
        confirmations = reverse("admin:councils_confirmation_changelist")
        offer(
            Confirmation.objects.lapsed(today).count(),
            "要件確認の期限を過ぎています（失効候補）。",
            f"{confirmations}?due=lapsed",
            "bad",
        )
        late = CorrectiveRequest.objects.open_on(today).filter(due_on__lt=today)
        offer(
            late.count(),
            "是正の期限を過ぎています。協議会に確かめてください。",
            f"{councils}?state=correcting",
            "bad",
        )
    if user.has_perm("councils.change_filing"):
        filings = Filing.objects.with_state(today).aggregate(
            late=Count("pk", filter=Q(state_on_day=FilingState.LATE)),
            submitted=Count("pk", filter=Q(state_on_day=FilingState.SUBMITTED)),
        )
        url = reverse("admin:councils_filing_changelist")
        offer(
            filings["late"],
            "協議会の提出書類が、期限を過ぎています。",
            f"{url}?state=late",
            "bad",
        )
        offer(
            filings["submitted"],
            "提出された書類が、確認を待っています。",
            f"{url}?state=submitted",
            "warn",
        )
    if user.has_perm("councils.decide_revocation"):
        proposed = Revocation.objects.filter(state=RevocationState.PROPOSED).exclude(
            proposed_by=user
        )
        offer(
            proposed.count(),
            "認定の取消が、あなたの決定を待っています。",
            f"{councils}?state=certified",
            "warn",
        )
    mine = CertificationApplication.objects.filter(state__in=waiting_for(user))
    offer(
        mine.count(),
        "認定申請の次の手順が、あなたを待っています。",
        f"{reverse('admin:councils_certificationapplication_changelist')}?mine=me",
        "warn",
    )
    if user.has_perm("councils.accept_changenotice"):
        notices = ChangeNotice.objects.filter(state=NoticeState.RECEIVED)
        offer(
            notices.count(),
            "変更届が、差分の確認を待っています。",
            f"{reverse('admin:councils_changenotice_changelist')}?state=received",
            "warn",
        )
    panel = {"anchor": "my-councils", "name": "地域活動協議会", "steps": steps, "url": councils}
    return "admin/includes/waiting.html", panel
