"""Demo people: made-up names for one machine, with passwords that exist nowhere else."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from osaka_kusei.citywide.demo_offices import found_demo_offices
from wards import clock
from wards.fiscal_year import first_day, fiscal_year_of
from wards.fixtures_reader import read_fixture
from wards.models import Bureau, Membership, Office, User, Ward
from wards.passwords import new_password
from wards.services import appoint


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What somebody needs to sign in as a demo person."""

    host: str
    email: str
    role: str
    name: str
    password: str


def demo_people() -> list[dict]:
    """Return the made-up people of `fixtures/demo/people.json`."""
    return read_fixture("demo/people.json")


@dataclass(frozen=True, slots=True)
class Hired:
    """What came of hiring: new accounts, old ones with a new password, and how many were there."""

    made: list[DemoAccount]
    renewed: list[DemoAccount]
    existing: int


def hire_demo_people(path: Path | None) -> Hired:
    """Make the demo people who do not exist.

    Someone who exists is left as they are, but for a password that stands nowhere: where a file
    of accounts is kept and lacks them, they get a new one. The caller holds the transaction.
    """
    found_demo_offices()
    known = read_accounts(path)
    wards = {ward.slug: ward for ward in Ward.objects.all()}
    made: list[DemoAccount] = []
    renewed: list[DemoAccount] = []
    people = demo_people()
    for person in people:
        user = User.objects.filter(email=person["email"]).first()
        lost = path is not None and person["email"] not in known
        if user is not None and not (user.is_demo and user.is_active and lost):
            continue
        password = new_password()
        (made if user is None else renewed).append(
            DemoAccount(
                host=wards[person["slug"]].host,
                email=person["email"],
                role=person["role"],
                name=person["name"],
                password=password,
            )
        )
        if user is None:
            User.objects.create_user(
                person["email"], person["name"], password, kana=person["kana"], is_demo=True
            )
            _appoint(person, wards)
        else:
            user.set_password(password)
            user.save(update_fields=["password"])
    _give_bureaus(people)
    if path is not None and (made or renewed):
        write_accounts(path, known | {a.email: asdict(a) for a in [*made, *renewed]})
    return Hired(made, renewed, existing=len(people) - len(made))


def _april(years_ago: int) -> date:
    return first_day(fiscal_year_of(clock.today()) - years_ago)


def _appoint(person: dict, wards: dict[str, Ward]) -> None:
    """Appoint a new person; who moved in April also had a post elsewhere until 31 March.

    A clerk of an office works for every ward named under `also` as well.
    """
    user = User.objects.get(email=person["email"])
    since = _april(person["since_years_ago"])
    office = Office.objects.get(code=person["office"]) if "office" in person else None
    bureau = Bureau.objects.get(code=person["bureau"]) if "bureau" in person else None
    for slug in (person["slug"], *person.get("also", ())):
        appoint(user, wards[slug], person["role"], valid_from=since, office=office, bureau=bureau)
    if earlier := person.get("earlier"):
        appoint(
            user,
            wards[earlier["slug"]],
            earlier["role"],
            valid_from=_april(earlier["since_years_ago"]),
            valid_to=since - timedelta(days=1),
        )


def _give_bureaus(people: list[dict]) -> None:
    """Name the bureau of demo people who were appointed before bureaus were there."""
    for person in people:
        if "bureau" in person:
            Membership.objects.filter(
                user__email=person["email"], user__is_demo=True, role=person["role"], bureau=None
            ).update(bureau=Bureau.objects.get(code=person["bureau"]))


def since_of(person: dict) -> date:
    """Return the day from which a demo person has worked where they work."""
    return _april(person["since_years_ago"])


def read_accounts(path: Path | None) -> dict[str, dict]:
    """Return the accounts in the file by e-mail; none when it is missing or no longer readable."""
    if path is None or not path.exists():
        return {}
    try:
        return {
            account["email"]: account for account in json.loads(path.read_text(encoding="utf-8"))
        }
    except (ValueError, KeyError, TypeError):
        return {}


def write_accounts(path: Path, accounts: dict[str, dict]) -> None:
    """Replace the file of accounts in one step; only its owner may read it."""
    order = [person["email"] for person in demo_people()]
    rows = sorted(accounts.values(), key=lambda row: order.index(row["email"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(rows, file, ensure_ascii=False, indent=2)
    draft.replace(path)
