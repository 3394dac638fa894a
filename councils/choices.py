"""Fixed lists of 地域活動協議会."""

from collections.abc import Iterable

from django.db.models import TextChoices


def in_list_order(rows: Iterable, field: str, choices: type[TextChoices]) -> list:
    """Return rows in the order in which a fixed list names what they are, else as they came."""
    order = {value: place for place, value in enumerate(choices.values)}
    return sorted(rows, key=lambda row: order[getattr(row, field)])


class AreaChange(TextChoices):
    """How an area became another."""

    RENAME = "rename", "名称の変更"
    MERGE = "merge", "統合"
    SPLIT = "split", "分割"


class AreaNoteKind(TextChoices):
    """What a line of the 地域カルテ tells of."""

    ACTIVITY = "activity", "活動"
    ISSUE = "issue", "課題"
    NOTE = "note", "メモ"


class ActivityField(TextChoices):
    """市民活動分野: the six in which a council acts (市民局の認定要件)."""

    SAFETY = "safety", "防犯・防災"
    CHILDREN = "children", "子ども・青少年"
    WELFARE = "welfare", "福祉"
    HEALTH = "health", "健康"
    ENVIRONMENT = "environment", "環境"
    CULTURE = "culture", "文化・スポーツ"


class CouncilState(TextChoices):
    """How a council stands on a day, as its dates tell."""

    PREPARATORY = "preparatory", "準備的な組織"
    APPLYING = "applying", "申請中"
    CERTIFIED = "certified", "認定"
    CORRECTING = "correcting", "是正要請中"
    REFUSED = "refused", "不認定"
    REVOKED = "revoked", "認定取消"
    DISSOLVED = "dissolved", "解散"


class Position(TextChoices):
    """役職 of a council's officer."""

    REPRESENTATIVE = "representative", "会長（代表者）"
    VICE = "vice", "副会長"
    SECRETARY = "secretary", "書記・事務局"
    TREASURER = "treasurer", "会計"
    AUDITOR = "auditor", "監査"
    OTHER = "other", "その他の役員"


class OrganizationKind(TextChoices):
    """What kind of body takes part in a council."""

    NEIGHBORHOOD_FEDERATION = "federation", "連合振興町会"
    COMMUNITY_WELFARE_COUNCIL = "welfare_council", "地域社会福祉協議会"
    COMMISSIONED_CITIZENS = "commissioned", "市から委嘱された市民の団体"
    PAID_BY_THE_CITY = "paid", "委託料・交付金を受ける団体"
    NPO = "npo", "ＮＰＯ（特定非営利活動法人など）"
    COMPANY = "company", "企業"
    SCHOOL = "school", "学校・ＰＴＡ"
    OTHER = "other", "その他の団体"


class RosterKind(TextChoices):
    """What a file of councils tells of."""

    AREAS = "areas", "校区等地域"
    COUNCILS = "councils", "協議会"
    OFFICERS = "officers", "役員"
    ORGANIZATIONS = "organizations", "構成団体"


class OrganKind(TextChoices):
    """The two kinds of organ: it decides, or it acts in one theme."""

    STEERING = "steering", "運営委員会"
    WORKING_GROUP = "working_group", "部会"


class DocumentKind(TextChoices):
    """What a paper of a council is."""

    APPLICATION = "application", "認定申請書（様式第1号）"
    BYLAWS = "bylaws", "規約"
    ORGANIZATIONS = "organizations", "構成団体名簿"
    OFFICERS = "officers", "役員名簿"
    CHANGE = "change", "変更届出書（様式第3号）"
    PLAN = "plan", "事業計画書"
    BUDGET = "budget", "収支予算書"
    ACCOUNTS = "accounts", "収支決算書"
    MINUTES = "minutes", "総会議事録"
    STATEMENT = "statement", "弁明書"
    OTHER = "other", "その他の書類"


class ApplicationState(TextChoices):
    """How far an application for 区長認定 is."""

    RECEIVED = "received", "申請受付"
    EXAMINING = "examining", "審査中"
    RETURNED = "returned", "補正依頼中"
    EXAMINED = "examined", "課長の確認待ち"
    PROPOSED = "proposed", "区長の決定待ち"
    CERTIFIED = "certified", "認定"
    REFUSED = "refused", "不認定"
    WITHDRAWN = "withdrawn", "取下げ"


class Met(TextChoices):
    """What was found about a requirement."""

    MET = "met", "満たす"
    UNMET = "unmet", "満たさない"


class CertificationEnd(TextChoices):
    """Why a certification no longer holds."""

    REVOKED = "revoked", "取消"
    DISSOLVED = "dissolved", "解散"
    AREA_CHANGED = "area_changed", "校区等地域の変更"


class RevocationState(TextChoices):
    """How far a revocation is."""

    PROPOSED = "proposed", "弁明の機会を通知済"
    DONE = "done", "取消を決定"
    DROPPED = "dropped", "取消さない"


class NoticeState(TextChoices):
    """How far a 変更届 is."""

    RECEIVED = "received", "受付（確認待ち）"
    ACCEPTED = "accepted", "受理"
    RETURNED = "returned", "差戻し"


class FilingKind(TextChoices):
    """What a council hands in for each fiscal year."""

    BYLAWS = "bylaws", "規約"
    ROSTER = "roster", "名簿"
    PLAN = "plan", "事業計画"
    BUDGET = "budget", "予算"
    ACCOUNTS = "accounts", "決算"
    MINUTES = "minutes", "総会議事録"


class FilingState(TextChoices):
    """How a filing stands on a day, as its dates tell."""

    LATE = "late", "期限超過"
    DUE = "due", "提出待ち"
    EXTENDED = "extended", "期限延長中"
    SUBMITTED = "submitted", "提出済（確認待ち）"
    ACCEPTED = "accepted", "受理"
    NOT_REQUIRED = "not_required", "提出不要"


class SupportKind(TextChoices):
    """The four kinds of money; they are never one."""

    OPERATING_AID = "operating", "運営助成"
    AREA_GRANT = "area_grant", "地域交付金"
    PROJECT_AID = "project", "事業助成"
    SUBSIDY = "subsidy", "補助金"


class SupportState(TextChoices):
    """How far a sum of support is, as its dates tell."""

    APPLIED = "applied", "申請"
    DECIDED = "decided", "交付決定"
    PAID = "paid", "支払済"
    REPORTED = "reported", "実績報告"
    SETTLED = "settled", "精算済"


class EntryKind(TextChoices):
    """What a line of a council's record tells of."""

    REGISTERED = "registered", "登録"
    APPLICATION = "application", "認定申請"
    CERTIFICATION = "certification", "認定"
    CONFIRMATION = "confirmation", "要件確認"
    CORRECTION = "correction", "是正要請"
    REVOCATION = "revocation", "取消"
    CHANGE = "change", "変更届"
    DISSOLUTION = "dissolution", "解散"
    NOTE = "note", "メモ"
