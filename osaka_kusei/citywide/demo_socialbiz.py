"""Made-up 担い手, CB/SB and 社会的ビジネス of the demo wards, registered by their officers."""

from dataclasses import dataclass
from datetime import date, timedelta

from osaka_kusei.citywide.writing import inside_ward
from socialbiz.models import CommissionedProject, Operator, Venture
from socialbiz.services import operators, projects, undertakings, ventures
from wards import clock
from wards.fixtures_reader import read_fixture
from wards.models import User, Ward


@dataclass(slots=True)
class DemoRegister:
    """What came of loading: new ventures and projects, and those that were there."""

    new: int = 0
    existing: int = 0


def load_demo_socialbiz() -> DemoRegister:
    """Register the made-up ventures and projects of every demo ward without a register."""
    plan = read_fixture("demo/socialbiz.json")
    done = DemoRegister()
    for slug, of_ward in plan["wards"].items():
        officer = User.objects.filter(email=of_ward["officer"], is_demo=True).first()
        with inside_ward(Ward.objects.get(slug=slug)):
            if officer is None:
                continue
            # Who has begun a register of their own keeps it: a name in it might be one of these.
            if Operator.objects.exists():
                done.existing += _demo_rows()
                continue
            _register_all(plan, officer)
            done.new += _demo_rows()
    return done


def _demo_rows() -> int:
    return sum(
        model.objects.filter(is_demo=True).count() for model in (Venture, CommissionedProject)
    )


def _register_all(plan: dict, officer: User) -> None:
    carriers = [
        operators.register_operator(**one, is_demo=True, actor=officer) for one in plan["operators"]
    ]
    begun = [
        _begun(ventures.register_venture, one, officer, operator=carriers[one["operator"]])
        for one in plan["ventures"]
    ]
    for one in plan["projects"]:
        came_of = begun[one["venture"]] if "venture" in one else None
        _begun(
            projects.register_project, one, officer,
            operator=carriers[one["operator"]], venture=came_of,
        )  # fmt: skip


def _begun(register, one: dict, officer: User, **rows):
    """Register something, show it unless it is hidden, and note its end where it has one."""
    own = {"operator", "venture", "begun_days_ago", "ended_days_ago", "ended_reason", "is_hidden"}
    values = {name: value for name, value in one.items() if name not in own}
    row = register(
        **values, **rows, started_on=_day(one["begun_days_ago"]), is_demo=True, actor=officer
    )
    undertakings.show(row, is_public=not one.get("is_hidden", False), actor=officer)
    if "ended_days_ago" in one:
        undertakings.end(
            row, ended_on=_day(one["ended_days_ago"]), reason=one["ended_reason"], actor=officer
        )
    return row


def _day(ago: int) -> date:
    return clock.today() - timedelta(days=ago)
