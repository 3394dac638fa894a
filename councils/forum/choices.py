"""Fixed lists of 区政会議."""

from django.db.models import TextChoices


class MemberCategory(TextChoices):
    """区分: by which of the three ways a member was chosen (「区政運営基本方針」2-③のA・B・C)."""

    BODIES = "bodies", "公益団体等の推薦"
    EXPERTS = "experts", "事業者・有識者等"
    PUBLIC = "public", "公募"


class MemberEnd(TextChoices):
    """Why somebody is no longer a member."""

    EXPIRED = "expired", "任期満了"
    RESIGNED = "resigned", "辞任による解嘱"
    RELEASED = "released", "解嘱"
    DIED = "died", "死亡"


class Sex(TextChoices):
    """As the member gave it; asked for the balance alone, and never published of one person."""

    FEMALE = "female", "女性"
    MALE = "male", "男性"
    OTHER = "other", "その他"
    NOT_GIVEN = "not_given", "無回答"


class AgeBand(TextChoices):
    """The age of a member when the term began, as far as it is asked."""

    UNDER_30 = "under_30", "20歳代以下"
    THIRTIES = "thirties", "30歳代"
    FORTIES = "forties", "40歳代"
    FIFTIES = "fifties", "50歳代"
    SIXTIES = "sixties", "60歳代"
    FROM_70 = "from_70", "70歳以上"
    NOT_GIVEN = "not_given", "無回答"


class OfficeKind(TextChoices):
    """議長 and 副議長."""

    CHAIR = "chair", "議長"
    VICE = "vice", "副議長"


class AnnouncementKind(TextChoices):
    """What a 公示 tells of; 任期満了 is not announced."""

    ENGAGEMENT = "engagement", "委員の委嘱"
    RELEASE = "release", "委員の解嘱"


class Relation(TextChoices):
    """Why somebody is 区民等 of the ward (平成25年条例第53号)."""

    RESIDENT = "resident", "区内に住んでいる"
    WORKS = "works", "区内で働いている"
    STUDIES = "studies", "区内の学校に通っている"
    BUSINESS = "business", "区内で事業や活動をしている"


class ScreeningCriterion(TextChoices):
    """What an essay is looked at for; five points each."""

    INTEREST = "interest", "区政への関心と理解"
    IDEAS = "ideas", "提案の具体性"
    VIEW = "view", "区全体を見る視点"
    CLARITY = "clarity", "考えの分かりやすさ"


class ApplicationResult(TextChoices):
    """How an application for the 公募 ended."""

    PENDING = "pending", "選考中"
    INELIGIBLE = "ineligible", "応募資格なし"
    SELECTED = "selected", "選任"
    NOT_SELECTED = "not_selected", "選外"
    WITHDRAWN = "withdrawn", "辞退"


class CallState(TextChoices):
    """How a 公募 stands, as its dates tell."""

    DRAFT = "draft", "準備中"
    COMING = "coming", "受付前"
    OPEN = "open", "受付中"
    SCREENING = "screening", "選考中"
    DECIDED = "decided", "結果を決定"


class SessionKind(TextChoices):
    """The whole 区政会議, or one of its 部会."""

    PLENARY = "plenary", "全体会議"
    SUBCOMMITTEE = "subcommittee", "部会"


class SessionState(TextChoices):
    """How a session stands, as its dates tell."""

    PREPARING = "preparing", "準備中"
    ANNOUNCED = "announced", "開催予定"
    MINUTES = "minutes", "会議録の作成中"
    DONE = "done", "会議録を公表"
    CANCELLED = "cancelled", "中止"


class Scope(TextChoices):
    """Whose work an item or an opinion is about; both belong to 区政会議."""

    WARD = "ward", "区の事業"
    BUREAU = "bureau", "局の事業"


class AttendeeKind(TextChoices):
    """As what somebody attends. Advisers and the city's people are never counted as members."""

    MEMBER = "member", "委員"
    ADVISER = "adviser", "市会議員（助言）"
    CITY = "city", "市側"


class Attending(TextChoices):
    """How somebody attended."""

    ON_SITE = "on_site", "会場"
    ONLINE = "online", "オンライン"
    ABSENT = "absent", "欠席"


class MinutesState(TextChoices):
    """How far the minutes are."""

    DRAFT = "draft", "作成中"
    CONFIRMED = "confirmed", "内容を確認済"
    PUBLISHED = "published", "公表"


class OpinionSource(TextChoices):
    """How an opinion came."""

    SESSION = "session", "会議での意見"
    ADVANCE = "advance", "事前意見"
    TALK = "talk", "地域懇談会"
    CIRCLE = "circle", "車座会議"
    MONITOR = "monitor", "区民モニター"
    SURVEY = "survey", "アンケート"


class GatheringKind(TextChoices):
    """A lighter way in which a ward hears its people."""

    TALK = "talk", "地域懇談会"
    CIRCLE = "circle", "車座会議"
    MONITOR = "monitor", "区民モニター"
    SURVEY = "survey", "アンケート"


class ResponseClass(TextChoices):
    """対応区分: what the ward or a bureau says it will do."""

    THIS_YEAR = "this_year", "当年度に対応"
    NEXT_YEAR = "next_year", "次年度に対応"
    LATER = "later", "今後検討"
    CANNOT = "cannot", "対応困難"
    HEARD = "heard", "意見として承る"


class ResponseState(TextChoices):
    """How far a response is."""

    DRAFT = "draft", "作成中"
    APPROVED = "approved", "決裁済（公表待ち）"
    PUBLISHED = "published", "公表"
    WITHDRAWN = "withdrawn", "取下げ"


class OpinionState(TextChoices):
    """How an opinion stands on a day, as its steps tell."""

    LATE = "late", "回答期限超過"
    WAITING = "waiting", "回答準備中"
    APPROVED = "approved", "公表待ち"
    ACTING = "acting", "対応中"
    CLOSED = "closed", "結果まで公表"


class Rating(TextChoices):
    """What a member says about a plan item (委員評価シート)."""

    VALID = "valid", "適切である"
    MOSTLY = "mostly", "おおむね適切である"
    LACKING = "lacking", "改善が必要である"
    UNKNOWN = "unknown", "判断できない"


class StepKind(TextChoices):
    """What a line of the record of a session or an opinion tells of."""

    REGISTERED = "registered", "登録"
    NOTICE = "notice", "開催の公表"
    CANCELLED = "cancelled", "中止"
    MINUTES = "minutes", "会議録"
    RESPONSE = "response", "対応"
    MEASURE = "measure", "実施"
    REQUEST = "request", "局への要請・提案"
    CLOSED = "closed", "終了"
    NOTE = "note", "メモ"
