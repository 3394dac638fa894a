"""`purge`: what is over goes without a trace, and a certificate stays; as the owner, in a process."""

import hashlib
import re
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2 import sql

from tests.conftest import copy_database, drop_database, manage, owner_url, with_database

pytestmark = pytest.mark.slow

SECRET = "見本の消える相談の本文"
ANSWER = "見本の消える回答の本文"
FROM_BUREAU = f"局から：{ANSWER}"
NAME = "見本 消子"

# Cases of 2020 in 北区, made by the services with the clock set back, and one of this year.
MAKE_CASES = f"""
import django; django.setup()
from contextlib import contextmanager
from datetime import date, datetime
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from consultations.city.models import Referral
from consultations.models import Consultation
from consultations.services import handling, handovers, publishing, referral_news, referrals, replies, after_answer
from consultations.services.intake import (
    Circumstances, check_submission, receive_with_files)
from osaka_kusei.citywide.demo_files import demo_file
from wards import attachments, clock
from wards.models import Bureau, Membership, User, Ward
import random

def at(text):
    return clock.set_back(timezone.make_aware(datetime.fromisoformat(text)))

def hire(ward, role, **more):
    user = User.objects.create_user(f"{{ward.slug}}-{{role}}@example.jp", "北野 花子", "kita-no-hanako-2026")
    Membership.objects.create(user=user, ward=ward, role=role, valid_from=date(2012, 4, 1), **more)
    return user

connection.set_schema_to_public()
city, kita, nishi = (Ward.objects.get(slug=slug) for slug in ("osaka", "kita", "nishi"))
bureau = Bureau.objects.create(code="x", name="見本の局")
officer, manager = hire(kita, "officer"), hire(kita, "manager")
answerer = hire(city, "bureau_officer", bureau=bureau)

def submit(body, **more):
    files = [demo_file("picture", random.Random(1))]
    checked = check_submission({{
        "category": "road", "question_danger": "no", "place": "梅田", "body": body,
        "wants_reply": "yes", "name": "{NAME}", "reply_by": "email", "answer_in_mail": "yes",
        "email": "kieru@example.jp", "phone": "06-6208-0000"}})
    assert not checked.faults
    how = Circumstances(submission_key=body, **more)
    return receive_with_files(checked, how, files).consultation

def walk(case, text):
    handling.assign_consultation(case, officer, actor=manager)
    handling.add_note(case, "メモ：" + case.body, actor=officer)
    handover = handovers.hand_over(case, bureau, actor=officer, reason="局の仕事：" + case.body)
    connection.set_tenant(city)
    referrals.answer_referral(
        Referral.objects.get(pk=handover.referral_id), actor=answerer, text="局から：" + text)
    connection.set_tenant(kita)
    referral_news.collect_referrals()
    replies.send_interim_reply(case, actor=officer, text=text)
    replies.save_draft(case, actor=officer, text=text)
    replies.submit_draft(case, actor=officer)
    replies.answer_consultation(case, actor=manager)
    case = Consultation.objects.get(pk=case.pk)
    after_answer.record_satisfaction(case, reached=True, understood=True, handled_properly=True)
    publishing.propose_publication(case, actor=officer, title=case.subject, summary=case.body,
                                   city_view=text, response_kind="done")
    publishing.confirm_publication(case, actor=manager)
    publishing.publish_batch(actor=manager)
    LogEntry.objects.create(user_id=officer.pk, content_type=ContentType.objects.get_for_model(case),
                            object_id=case.pk, object_repr=str(case), action_flag=CHANGE)

with transaction.atomic():
    for ward in (nishi, kita):
        connection.set_tenant(ward)
        with at("2020-06-01 10:00"):
            if ward == nishi:
                submit("西区の相談")
                continue
            gone = submit("{SECRET}")
            bundled = submit("束ねられて残る相談")
            replies.bundle(gone, [bundled], actor=officer)
        with at("2020-06-05 10:00"):
            walk(gone, "{ANSWER}")
            held = submit("保存される相談")
            walk(held, "保存される回答")
            handling.hold_consultation(held, actor=manager, reason="{NAME}さんの請求")
            follow = after_answer.open_follow_up(
                Consultation.objects.get(pk=gone.pk), "続きの相談", submission_key="f").consultation
            handling.assign_consultation(follow, officer, actor=manager)
            replies.save_draft(follow, actor=officer, text="続きの回答")
            replies.submit_draft(follow, actor=officer)
            replies.answer_consultation(follow, actor=manager)
            handling.hold_consultation(bundled, actor=manager, reason="続く")
            handling.hold_consultation(follow, actor=manager, reason="続く")
        young = submit("今年の相談")
print(gone.number, held.number, bundled.number, follow.number, young.number)
"""


class Archive:
    """A database of its own in which cases of 2020 have come of age."""

    def __init__(self, name: str, folder: Path, server):
        self.name = name
        self.server = server
        self.media = folder / "media"
        self.environment = {"MEDIA_ROOT": str(self.media)}

    def make_cases(self) -> None:
        """Make the cases in a process of the portal."""
        script = self.media.parent / "make.py"
        script.write_text(MAKE_CASES)
        done = manage(
            "shell",
            "--no-imports",
            "-c",
            script.read_text(),
            database=self.name,
            environment=self.environment,
        )
        assert done.returncode == 0, done.stderr
        numbers = done.stdout.split()
        self.gone, self.held, self.bundled, self.follow, self.young = numbers

    def purge(self, *arguments: str):
        """Run the command as an operator does."""
        return manage("purge", *arguments, database=self.name, environment=self.environment)

    def query(self, statement, parameters=()) -> list[tuple]:
        """Ask the database as its owner."""
        with self.server.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    def tables(self) -> list[tuple[str, str]]:
        """List every table of 北区, 西区 and the shared schema."""
        return self.query(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname IN ('kita', 'nishi', 'public') ORDER BY 1, 2"
        )

    def holding(self, *words: str) -> set[str]:
        """Name the tables in which any row holds one of the words."""
        found = set()
        for schema, table in self.tables():
            statement = sql.SQL("SELECT 1 FROM {} t WHERE t::text LIKE ANY(%s) LIMIT 1").format(
                sql.Identifier(schema, table)
            )
            if self.query(statement, ([f"%{word}%" for word in words],)):
                found.add(f"{schema}.{table}")
        return found

    def digest(self, *, without: str = "") -> dict[str, str]:
        """Return a digest of each table's rows, as far as they do not hold a word."""
        digests = {}
        for schema, table in self.tables():
            statement = sql.SQL(
                "SELECT t::text FROM {} t WHERE %s = '' OR t::text NOT LIKE %s ORDER BY 1"
            ).format(sql.Identifier(schema, table))
            rows = self.query(statement, (without, f"%{without}%"))
            text = "\n".join(row for (row,) in rows)
            digests[f"{schema}.{table}"] = hashlib.sha256(text.encode()).hexdigest()
        return digests

    def files(self) -> set[str]:
        """List the files that lie in the wards' folders."""
        return {str(path.relative_to(self.media)) for path in self.media.rglob("*.*")}


@pytest.fixture(scope="module")
def archive(django_db_setup, django_db_blocker, tmp_path_factory):
    """A copy of the test database with the cases above, committed."""
    template = settings.DATABASES["default"]["NAME"]
    name = f"{template}_purge"
    with django_db_blocker.unblock():
        connection.close()
    drop_database(name)
    copy_database(template, name)
    try:
        with closing(psycopg2.connect(with_database(owner_url(), name))) as server:
            server.autocommit = True
            archive = Archive(name, tmp_path_factory.mktemp("purge"), server)
            archive.make_cases()
            yield archive
    finally:
        drop_database(name)


def test_a_preview_lists_what_is_due_and_what_is_held_and_touches_nothing(archive):
    before, files = archive.digest(), archive.files()
    done = archive.purge("--as-of", "2026-11-01", "--dry-run")

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    (line,) = [line for line in lines if line.startswith(archive.gone)]
    assert line.endswith("終了 2020-06-05　廃棄の初日 2024-04-01　廃棄できます")
    (line,) = [line for line in lines if line.startswith(archive.held)]
    assert line.endswith("残します：保存の指定があります（理由は案件の画面にあります）。")
    assert lines[-1] == "廃棄の時期 4件、残すもの 3件、廃棄できるもの 1件"
    assert archive.young not in done.stdout
    for word in (SECRET, ANSWER, NAME, "kieru@example.jp"):
        assert word not in done.stdout + done.stderr
    assert archive.digest() == before
    assert archive.files() == files


def test_a_case_before_its_day_is_not_due(archive):
    done = archive.purge("--as-of", "2024-03-31", "--dry-run")

    assert done.stdout == "廃棄の時期 0件、残すもの 0件、廃棄できるもの 0件\n"


def test_another_wards_purge_leaves_this_ward_alone(archive):
    before = archive.digest()

    assert archive.purge("--as-of", "2026-11-01", "--ward", "nishi").stdout == (
        "廃棄の時期 0件、残すもの 0件、廃棄したもの 0件\n"
    )
    assert archive.digest() == before


def test_the_portals_own_login_can_dispose_of_nothing(archive):
    """manage.py's list of owner commands makes the difference: a ward's role deletes no history."""
    before, files = archive.digest(), archive.files()
    done = manage(
        "shell", "--no-imports", "-c",
        "from django.core.management import call_command;"
        "call_command('purge', as_of='2026-11-01', ward='kita')",
        database=archive.name, environment=archive.environment,
    )  # fmt: skip

    assert f"{archive.gone}を廃棄できませんでした" in done.stderr
    assert archive.digest() == before
    assert archive.files() == files


def test_after_the_purge_nothing_is_left_of_the_case_but_its_certificate(archive):
    assert len(archive.holding(SECRET)) >= 6
    assert {
        "public.consultation_city_referral",
        "kita.consultations_replyevent",
    } <= archive.holding(FROM_BUREAU, ANSWER)
    assert "kita.django_admin_log" in archive.holding(archive.gone)
    others = archive.query(
        "SELECT number, body, subject FROM kita.consultations_consultation"
        " WHERE number <> %s ORDER BY 1",
        [archive.gone],
    )
    threads = archive.query(
        "SELECT e.* FROM kita.consultations_entry e JOIN kita.consultations_consultation c"
        " ON c.id = e.consultation_id WHERE c.number <> %s ORDER BY e.id",
        [archive.gone],
    )
    files = archive.files()
    ((own_file,),) = archive.query(
        "SELECT stored_name FROM kita.consultations_attachment a JOIN"
        " kita.consultations_consultation c ON c.id = a.consultation_id WHERE c.number = %s",
        [archive.gone],
    )
    nishi = {name: value for name, value in archive.digest().items() if name.startswith("nishi.")}

    done = archive.purge("--as-of", "2026-11-01")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "廃棄の時期 4件、残すもの 3件、廃棄したもの 1件"
    assert re.search(rf"{archive.gone}.*廃棄しました：証明 \d+（3年、添付 1件）", done.stdout)
    assert archive.holding(SECRET, FROM_BUREAU) == set()
    # The answer was given to the bundled case as well, which is kept for a reason of its own.
    assert "kita.consultations_reply" in archive.holding(ANSWER)
    own_rows = archive.holding(archive.gone) - {
        "kita.consultations_disposalcertificate",
        "kita.consultations_disposalcertificateevent",
    }
    # Others tell that they were bundled with it or followed it: by its number, nothing else.
    assert own_rows <= {"kita.consultations_entry", "kita.consultations_entryevent"}
    for table in own_rows:
        kept_cases = {archive.bundled, archive.follow, archive.held}
        rows = archive.query(
            sql.SQL(
                "SELECT DISTINCT c.number FROM {} e LEFT JOIN kita.consultations_consultation c"
                " ON c.id = e.consultation_id WHERE e.text LIKE %s"
            ).format(sql.Identifier(*table.split("."))),
            [f"%{archive.gone}%"],
        )
        assert {number for (number,) in rows} <= kept_cases
    ((category, closed, state, files_gone),) = archive.query(
        "SELECT category_name, closed_on::text, final_state, files"
        " FROM kita.consultations_disposalcertificate WHERE number = %s",
        [archive.gone],
    )
    assert (category, closed, state, files_gone) == (
        "道路・側溝・街路灯", "2020-06-05", "publication_decided", 1
    )  # fmt: skip
    assert files - archive.files() == {f"kita/{own_file}"}
    assert (
        archive.query(
            "SELECT number, body, subject FROM kita.consultations_consultation ORDER BY 1"
        )
        == others
    )
    assert archive.query("SELECT * FROM kita.consultations_entry ORDER BY id") == threads
    after = archive.digest()
    assert {name: after[name] for name in nishi} == nishi


def test_a_second_purge_finds_nothing_to_do(archive):
    archive.purge("--as-of", "2026-11-01")
    before = archive.digest()
    done = archive.purge("--as-of", "2026-11-01")

    assert done.stdout.splitlines()[-1] == "廃棄の時期 3件、残すもの 3件、廃棄したもの 0件"
    assert archive.digest() == before


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["--as-of", "2999-04-01"], "まだ来ていない日では廃棄できません"),
        (["--as-of", "昨日"], "2031-04-01 のように"),
        (["--as-of", "2026-04-01", "--ward", "umeda"], "という区はありません"),
        (["--as-of", "2026-04-01", "--ward", "osaka"], "本庁には案件がありません"),
    ],
)
def test_a_day_to_come_or_an_unknown_ward_is_refused(city, arguments, refusal):
    with pytest.raises(CommandError, match=refusal):
        call_command("purge", *arguments)
