"""「今すぐ算定する」: the nightly judgement of this ward, asked for by a person."""

import logging

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from kpis.jobs import RECOMPUTE
from wards import clock
from wards.jobs import ask_for, do_job

logger = logging.getLogger(__name__)


def recompute_view(request):
    """Judge the ward's results now and tell how many came out differently."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("kpis.recompute_result"):
        raise PermissionDenied("算定は区課長が行えます。")
    row = ask_for(request.ward, RECOMPUTE, day=clock.today(), again=True, actor=request.user)
    try:
        done = do_job(row.pk)
    except Exception:
        logger.exception("Recompute on request failed")
        messages.error(request, "算定できませんでした。しばらくしてから自動でもう一度試します。")
    else:
        if done is None:
            messages.warning(request, "いま別の算定が動いています。少し待って開き直してください。")
        else:
            done.refresh_from_db()
            rows, changed = done.result.get("rows", 0), done.result.get("changed", 0)
            messages.success(request, f"{rows}件を算定し、{changed}件の判定が変わりました。")
    return HttpResponseRedirect(reverse("admin:index"))
