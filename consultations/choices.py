"""The fixed lists of 相談・要望."""

from django.db.models import TextChoices


class RecordType(TextChoices):
    """Which of the city's two records a case is (DOMAIN §7.2)."""

    CITIZEN_VOICE = "citizen_voice", "市民の声"
    RECORDED_REQUEST = "recorded_request", "要望等記録"


class IntakeChannel(TextChoices):
    """受付経路: how a case reached the office."""

    WEB = "web", "ホームページ"
    API = "api", "外部のアプリ（Open311）"
    COUNTER = "counter", "窓口"
    PHONE = "phone", "電話"
    FAX = "fax", "ファクス"
    PAPER = "paper", "手紙・投書"
    EMAIL = "email", "電子メール"
    FOLLOW_UP = "follow_up", "解決していないとの申し出"
    OTHER_WARD = "other_ward", "他の区からの引継ぎ"


# What an officer may choose when entering a case for somebody.
ENTERED_BY_OFFICER = (
    IntakeChannel.COUNTER,
    IntakeChannel.PHONE,
    IntakeChannel.FAX,
    IntakeChannel.PAPER,
    IntakeChannel.EMAIL,
)


class RequesterKind(TextChoices):
    """要望者区分 of the 要望等記録制度."""

    CITIZEN = "citizen", "市民"
    PUBLIC_OFFICIAL = "public_official", "公職者"
    ORGANIZATION = "organization", "団体"


class ReplyBy(TextChoices):
    """How somebody wants to be answered."""

    EMAIL = "email", "電子メール"
    PHONE = "phone", "電話"
    LETTER = "letter", "郵便"


class CaseState(TextChoices):
    """Where a case stands; the steps between them are `case_states.MOVES`."""

    RECEIVED = "received", "受付"
    ROUTED = "routed", "振分"
    IN_PROGRESS = "in_progress", "対応中"
    DIFFICULT = "difficult", "対応困難"
    DRAFTED = "drafted", "回答案"
    ANSWERED = "answered", "回答済"
    PUBLICATION_DECIDED = "publication_decided", "公表判定済"
    FILED = "filed", "供覧"
    TRANSFERRED = "transferred", "移ちょう"


class EntryKind(TextChoices):
    """What a line of the thread of a 情報共有カルテ tells."""

    RECEIVED = "received", "受付"
    MOVE = "move", "状態の変更"
    NOTE = "note", "内部メモ"
    HANDOVER = "handover", "引継ぎ"
    DRAFT = "draft", "回答案"
    REPLY = "reply", "回答"
    INTERIM = "interim", "中間回答"
    FOLLOW_UP = "follow_up", "市民から"
    PUBLICATION = "publication", "公表"
    READ_BACK = "read_back", "読み聞かせ確認"
    HOLD = "hold", "保存の指定"


class HandoverKind(TextChoices):
    """To whom a case is handed over."""

    SECTION = "section", "区の他の課"
    OFFICE = "office", "事業所"
    WARD = "ward", "他の区"
    BUREAU = "bureau", "局"


class HandoverState(TextChoices):
    """Where a handover stands."""

    SENT = "sent", "引継ぎ待ち"
    ACCEPTED = "accepted", "引受済"
    ANSWERED = "answered", "対応の報告済"
    RETURNED = "returned", "返却"
    WITHDRAWN = "withdrawn", "取消"


class ReplyKind(TextChoices):
    """回答 or 中間回答."""

    FINAL = "final", "回答"
    INTERIM = "interim", "中間回答"


class DeliveredBy(TextChoices):
    """How an answer reached the citizen."""

    EMAIL = "email", "電子メール"
    PHONE = "phone", "電話"
    LETTER = "letter", "郵便"
    COUNTER = "counter", "窓口"
    NOT_WANTED = "not_wanted", "回答不要（連絡なし）"


class ResponseKind(TextChoices):
    """対応の種別 as the city publishes it; only 「説明」 was seen in print, the rest is ours."""

    EXPLAINED = "explained", "説明"
    DONE = "done", "対応済"
    PLANNED = "planned", "対応予定"
    CONSIDERED = "considered", "検討"
    DIFFICULT = "difficult", "対応困難"
    NOTED = "noted", "参考とします"


class PublicationState(TextChoices):
    """公表判定: proposed by one person, decided by another."""

    PROPOSED = "proposed", "公表案"
    CONFIRMED = "confirmed", "公表予定"
    PUBLISHED = "published", "公表済"
    WITHHELD = "withheld", "非公表"


class WithholdReason(TextChoices):
    """The numbered reasons for not publishing.

    No. 6 is the city's (「趣旨が不明なもの又は専ら個人的なもの」); the wording of the others is ours
    until the city’s list is at hand (docs/decisions/0008).
    """

    PERSON = "1", "1 個人が特定されるおそれがあるもの"
    RIGHTS = "2", "2 個人や団体の権利・利益を害するおそれがあるもの"
    DISPUTE = "3", "3 係争中のもの"
    ORDER = "4", "4 公序良俗に反するもの"
    TRADE = "5", "5 営利または宣伝を目的とするもの"
    UNCLEAR_OR_PERSONAL = "6", "6 趣旨が不明なもの、または専ら個人的なもの"
    SAME = "7", "7 同じ趣旨のものをすでに公表しているもの"


class SectionPostKind(TextChoices):
    """What somebody is in a section: escalation goes up this ladder."""

    STAFF = "staff", "担当"
    CHIEF = "chief", "主査"
    HEAD = "head", "課長"


class QuestionKind(TextChoices):
    """How a category's own question is answered."""

    TEXT = "text", "文章"
    CHOICE = "choice", "一つを選ぶ"
    YES_NO = "yes_no", "はい・いいえ"
    DAY = "day", "日付"
