"""公募: who may apply, in the words of the conditions. Pure.

Sources (DOMAIN 3.2): 区民等; 18 or older on a reference day (大正区 20 in 2019, 西成区 18–70); no serving
member of the Diet or an assembly; no city staff; not on three or more other councils of the city;
no 暴力団 ties; an essay of about 800 characters; consecutive terms limited in some wards.
"""

from dataclasses import dataclass
from datetime import date

from wards.text import length_of
from wards.wareki import wareki


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one call as plain values."""

    reference_on: date
    least_age: int = 18
    most_age: int | None = None
    most_other_posts: int = 2
    longest_essay: int = 800
    most_terms: int | None = None


@dataclass(frozen=True, slots=True)
class Applicant:
    """What somebody says of themselves; `terms_before` are terms in a row up to now.

    Of a day of birth that could not be read (None) no condition is judged.
    """

    birth_on: date | None
    essay: str
    other_posts: int = 0
    is_assembly_member: bool = False
    is_city_employee: bool = False
    has_gang_ties: bool = False
    terms_before: int = 0


def age_on(birth_on: date, day: date) -> int:
    """Return the age in years; whoever was born on 29 February is a year older on 1 March."""
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))


def reasons_not_to_take(conditions: Conditions, applicant: Applicant) -> dict[str, str]:
    """Return by field why the conditions are not met; empty means that they are."""
    reasons: dict[str, str] = {}
    day = wareki(conditions.reference_on)
    if applicant.birth_on is not None and applicant.birth_on > conditions.reference_on:
        reasons["birth_on"] = f"生年月日は、{day}より前の日を入力してください。"
    elif applicant.birth_on is not None:
        age = age_on(applicant.birth_on, conditions.reference_on)
        if age > 120:
            reasons["birth_on"] = "生年月日の年を確かめてください。"
        elif age < conditions.least_age:
            reasons["birth_on"] = f"{day}に{conditions.least_age}歳以上の方が応募できます。"
        elif conditions.most_age is not None and age > conditions.most_age:
            reasons["birth_on"] = f"{day}に{conditions.most_age}歳以下の方が応募できます。"
    if applicant.other_posts > conditions.most_other_posts:
        reasons["other_posts"] = (
            f"大阪市のほかの審議会等の委員は、{conditions.most_other_posts}つまでの方が応募できます。"
        )
    if applicant.is_assembly_member:
        reasons["is_assembly_member"] = "国会議員・地方議会の議員の方は応募できません。"
    if applicant.is_city_employee:
        reasons["is_city_employee"] = "大阪市の職員は応募できません。"
    if applicant.has_gang_ties:
        reasons["has_gang_ties"] = "暴力団員等の方は応募できません。"
    if conditions.most_terms is not None and applicant.terms_before >= conditions.most_terms:
        reasons["name"] = f"続けて委員になれるのは{conditions.most_terms}期までです。"
    if fault := essay_fault(applicant.essay, conditions.longest_essay):
        reasons["essay"] = fault
    return reasons


def essay_fault(essay: str, longest: int) -> str:
    """Say what is wrong with the length of an essay; empty means nothing. Line ends are not counted."""
    length = length_of(essay.replace("\r", "").replace("\n", ""))
    if not length:
        return "小論文を入力してください。"
    if length > longest:
        return f"小論文は{longest}字以内で入力してください（今は{length}字です）。"
    return ""
