"""The open data of the directory: one row per certified council, names in Japanese beside them."""

from typing import Final

from councils.public import PublicCouncil
from kpis.data_files import DataFile
from kpis.notices import Notice
from wards.models import Ward

COLUMNS: Final = {
    "code6": "全国地方公共団体コード",
    "ward": "区名",
    "area_code": "校区コード",
    "area": "校区等地域",
    "towns": "町名",
    "council_number": "協議会番号",
    "name": "名称",
    "kana": "ふりがな",
    "certification_number": "認定番号",
    "certified_on": "認定日",
    "representative": "代表者氏名",
    "fields": "市民活動分野",
    "organizations": "構成団体",
    "organization_count": "構成団体数",
    "officer_count": "役員数",
    "phone": "電話番号",
    "email": "メールアドレス",
    "website": "URL",
}
SAMPLE: Final = Notice(
    "見本", "作成した見本の協議会が含まれています。実際の団体や人ではありません。"
)


def directory_file(ward: Ward, councils: list[PublicCouncil], label: str) -> DataFile:
    """Return the councils of the list as rows; what is not published is empty."""
    return DataFile(
        name=f"{ward.slug}_councils",
        title=f"{ward.name}の{label}",
        columns=COLUMNS,
        rows=tuple(
            {
                "code6": ward.code6,
                "ward": ward.name,
                "area_code": one.area_code,
                "area": one.area,
                "towns": one.towns,
                "council_number": one.number,
                "name": one.name,
                "kana": one.kana,
                "certification_number": one.certification_number,
                "certified_on": one.certified_on,
                "representative": one.representative,
                "fields": one.fields_in_words,
                "organizations": "、".join(name for name, _ in one.organizations),
                "organization_count": len(one.organizations),
                "officer_count": len(one.officers) + one.unnamed_officers,
                "phone": one.phone,
                "email": one.email,
                "website": one.website,
            }
            for one in councils
        ),
        notices=(SAMPLE,) if any(one.is_sample for one in councils) else (),
    )
