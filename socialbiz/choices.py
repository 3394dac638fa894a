"""Fixed lists of 社会的ビジネス, with what each is called in the office."""

from django.db.models import TextChoices


class OperatorKind(TextChoices):
    """What a 担い手 is."""

    COUNCIL = "council", "地域活動協議会"
    NPO = "npo", "NPO法人"
    COMPANY = "company", "会社"
    WORKERS = "workers", "労働者協同組合"
    ASSOCIATION = "association", "一般社団法人・財団法人など"
    GROUP = "group", "法人でない団体"


class VentureKind(TextChoices):
    """CB solves what an area needs by the methods of business, SB what society needs."""

    COMMUNITY = "community", "コミュニティ・ビジネス"
    SOCIAL = "social", "ソーシャル・ビジネス"


class VentureField(TextChoices):
    """What a venture or a project is about."""

    WELFARE = "welfare", "福祉・介護"
    CHILDREN = "children", "子育て・教育"
    SAFETY = "safety", "防犯・防災"
    ENVIRONMENT = "environment", "環境・まちの美化"
    TOWN = "town", "にぎわい・観光"
    CULTURE = "culture", "文化・スポーツ"
    WORK = "work", "就労・産業"
    OTHER = "other", "その他"


class WardPart(TextChoices):
    """What the ward did for a venture; the city counts those in which a ward had a part."""

    CREATED = "created", "立ち上げを支援した"
    PLANNED = "planned", "計画づくりに関わった"
    NONE = "none", "関わっていない"


class ContractForm(TextChoices):
    """契約の形: how work is handed over."""

    COMMISSION = "commission", "業務委託"
    SUBSIDY = "subsidy", "補助"
    AGREEMENT = "agreement", "協定（共同事業）"
    PERMIT = "permit", "使用許可"
    DESIGNATED = "designated", "指定管理"
    OTHER = "other", "その他"
