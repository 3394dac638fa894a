"""The public page of 社会的ビジネス: what the ward shows, as a page and as a file."""

import csv
import io
from datetime import date

from socialbiz.services import undertakings


def test_only_what_the_ward_shows_is_public(client_at, enter, begin, hand_over, officer):
    shown = begin(title="見せるカフェ")
    begin(title="準備中のカフェ")
    project = hand_over(yen=2_400_000, title="見守り訪問")
    for one in (shown, project):
        undertakings.show(one, is_public=True, actor=officer)

    page = client_at("kita").get("/socialbiz/").content.decode()

    for words in ("見せるカフェ", "見守り訪問", "2,400,000円", "責任とリスクの分担", "（1件）"):
        assert words in page
    assert "準備中のカフェ" not in page
    assert "見せるカフェ" not in client_at("nishi").get("/socialbiz/").content.decode()
    enter("kita")
    undertakings.show(shown, is_public=False, actor=officer)
    assert "見せるカフェ" not in client_at("kita").get("/socialbiz/").content.decode()


def test_the_file_holds_what_the_page_shows(client_at, begin, hand_over, officer):
    ended = begin(date(2015, 4, 1))
    undertakings.end(ended, ended_on=date(2016, 3, 31), reason="閉店", actor=officer)
    project = hand_over(title="=HYPERLINK(1)", yen=0)
    for one in (ended, project):
        undertakings.show(one, is_public=True, actor=officer)

    found = client_at("kita").get("/socialbiz/?format=csv")
    text = b"".join(found.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))

    assert [row["register"] for row in rows] == ["社会的ビジネス", "CB/SB"]
    assert rows[0]["title"].startswith("'=")
    assert (rows[0]["yen_a_year"], rows[1]["yen_a_year"]) == ("0", "")
    assert (rows[1]["fiscal_year"], rows[1]["ended_on"]) == ("2015", "2016-03-31")
    assert client_at("kita").get("/socialbiz/?format=pdf").status_code == 404
