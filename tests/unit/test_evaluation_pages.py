"""An evaluation as lines, data, page and Markdown: the same figures, whatever a label's title holds."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree, html

from monitor.cli.printing import json_line
from monitor.messages import evaluation as pages
from monitor.messages import plots
from monitor.records import Evaluation, LearningPoint, Week
from tests.evaluations import hostile, make_cold, make_evaluation, make_topic

HOSTILE = (
    "</title></style></svg><script>alert(1)</script><img src=http://a.example/x onerror=alert(1)>",
    "]]> --> {{ 7*7 }} {% raw %} &amp; \"quoted' `code` | cell | *bold* [link](http://a.example) # head",
    "\x00\x07\x1b[31mred\x85\ud800 \u202efdp.exe",
    "| --- |\n\n# Heading\n\n- item <b>bold</b> https://a.example",
    "البنك المركزي ينشر قواعد جديدة",
    "",
)
FIGURES = (
    "0.846",
    "0.71",
    "0.93",
    "0.613",
    "82 %",
    "78 %",
    "0.049",
    "0.102",
    "0.236",
    "0.717",
    "0.739",
    "0.67",
    "64 %",
)


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page.encode()).text_content().split())


def svgs(page: str) -> list[etree._Element]:
    """Return the plots of a page, each read as the strict XML that it should be."""
    return [etree.fromstring(found) for found in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return make_evaluation()


def test_all_formats_say_the_same_figures(evaluation: Evaluation) -> None:
    said = (pages.text(evaluation), text_of(pages.html(evaluation)), pages.markdown(evaluation))
    for name, value in pages.rows(evaluation.topics[0], evaluation.folds):
        for one in said:
            assert name in one
            assert value in one or value.replace(";", "&#59;") in one
    for figure in FIGURES:
        assert all(figure in one for one in said), figure


def test_a_threshold_says_of_how_many_it_is_the_median_and_only_long_words_may_break(evaluation: Evaluation) -> None:
    assert "0.613, the median of 5 thresholds" in pages.text(evaluation)
    assert 'class="long"' not in pages.html(evaluation)
    assert 'class="long"' in pages.html(hostile("x" * 200))


def test_the_data_are_the_record_itself(evaluation: Evaluation) -> None:
    read = json.loads(json_line(pages.plain(evaluation)))
    assert read["at"] == evaluation.at.isoformat()
    assert [one["topic"] for one in read["topics"]] == ["ferries", "bees"]
    assert read["topics"][0]["average_precision"] == {"value": 0.8461, "low": 0.71, "high": 0.93}
    assert read["topics"][0]["precision"]["hits"] == 18
    assert read["topics"][0]["false_matches"][0]["terms"][0] == {"text": "ferry", "weight": 2.25}
    assert read["topics"][1]["average_precision"] is None


def test_every_plot_is_well_formed_and_speaks_to_those_who_cannot_see_it(evaluation: Evaluation) -> None:
    page = pages.html(evaluation)
    drawn = svgs(page)
    assert len(drawn) == 5
    ids = [one for plot in drawn for one in plot.xpath("//@id")]
    assert len(set(ids)) == len(ids) == 10
    for plot in drawn:
        assert plot.get("role") == "img"
        assert plot.get("aria-labelledby", "").split() == plot.xpath("//@id")
        assert plot.findtext("title", "").startswith("Ferries: ")
        assert len(plot.findtext("desc", "")) > 20
        assert len(plot.xpath("//text[@class='name']")) == 2


def test_no_mark_of_a_plot_lies_outside_of_it(evaluation: Evaluation) -> None:
    weeks = tuple(Week(week=f"2026-W{week:02}", matches=week * 37) for week in range(1, 53))
    points = tuple(LearningPoint(labels=n, mean=m, spread=0.2, draws=2) for n, m in ((10, 0.05), (2_000, 0.99)))
    for plot in svgs(pages.html(make_evaluation(make_topic(weeks=weeks, learning=points), *evaluation.topics))):
        for name, limit in (("x", plots.WIDTH), ("cx", plots.WIDTH), ("y", plots.HEIGHT), ("cy", plots.HEIGHT)):
            assert all(0 <= float(value) <= limit for value in plot.xpath(f"//@{name}"))
        for bar in plot.xpath("//rect"):
            assert float(bar.get("height")) >= 0
            assert float(bar.get("y")) + float(bar.get("height")) <= plots.HEIGHT


def test_the_point_of_the_threshold_stands_where_its_figures_are(evaluation: Evaluation) -> None:
    curve = svgs(pages.html(evaluation))[0]
    [dot] = curve.xpath("//circle")
    inner, deep = plots.WIDTH - plots.LEFT - plots.RIGHT, plots.HEIGHT - plots.TOP - plots.BOTTOM
    assert float(dot.get("cx")) == pytest.approx(plots.LEFT + inner * 18 / 23, abs=0.06)
    assert float(dot.get("cy")) == pytest.approx(plots.TOP + deep * (1 - 18 / 22), abs=0.06)


def test_the_page_loads_nothing_and_runs_nothing(evaluation: Evaluation) -> None:
    page = pages.html(evaluation)
    tree = html.fromstring(page.encode())
    assert tree.xpath("//script | //link | //img | //iframe | //object | //form | //base") == []
    assert tree.xpath("//@src | //@srcset | //@style") == []
    assert tree.xpath("//@href") == ["https://one.example/hall?a=1&b=2"]
    assert not re.search(r"url\(|@import|@font-face", page)
    assert "prefers-color-scheme: dark" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_stay_titles(text: str) -> None:
    evaluation = hostile(text)
    page = pages.html(evaluation)
    tree = html.fromstring(page.encode())
    assert tree.xpath("//script | //img | //b") == []
    assert tree.xpath("//@href | //@src") == []
    assert not [name for name in tree.xpath("//@*/..") for key in name.attrib if key.startswith("on")]
    assert len(svgs(page)) == 5
    assert len(tree.xpath("//section")) == 1
    assert "\x1b" not in pages.text(evaluation)
    assert "49" not in "".join(tree.xpath("//h2/text()"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_are_no_markup_in_markdown(text: str) -> None:
    said = pages.markdown(hostile(text))
    plain = pages.markdown(hostile("Title"))
    assert said.count("\n") == plain.count("\n")
    for line, model in zip(said.splitlines(), plain.splitlines(), strict=True):
        for mark in ("|", "#", "<", ">", "`", "*", "[", "]", "_", "://", "!"):
            assert re.sub(r"&#\d+;", "", line).count(mark) == re.sub(r"&#\d+;", "", model).count(mark), (mark, line)


def test_what_is_not_known_is_said_and_not_drawn() -> None:
    page = pages.html(make_evaluation(make_cold(), folds=0, mean_average_precision=None))
    assert svgs(page) == []
    shown = text_of(page)
    assert "Needs labels of both kinds" in shown
    assert "ask for it with --curve" in shown
    assert "judged by the model without labels" in shown
    assert shown.count("not known") >= 5
    assert "None" not in shown
    assert "None" not in pages.text(make_evaluation(make_cold()))


def test_an_evaluation_of_nothing_has_a_page() -> None:
    nothing = make_evaluation(labels=0, texts=0, stories=0, folds=0, mean_average_precision=None)
    nothing = type(nothing)(**{**{name: getattr(nothing, name) for name in nothing.__slots__}, "topics": ()})
    assert "There is no topic to evaluate" in text_of(pages.html(nothing))
    assert pages.text(nothing).startswith("2026-11-24 06:00 UTC")
    assert pages.markdown(nothing).startswith("# How well")


def test_one_week_and_one_point_can_be_drawn() -> None:
    topic = make_topic(
        weeks=(Week(week="2026-W01", matches=0),), learning=(LearningPoint(labels=9, mean=1.0, spread=0.0, draws=1),)
    )
    assert len(svgs(pages.html(make_evaluation(topic)))) == 5


@pytest.mark.parametrize(("most", "top"), [(0, 2), (1, 2), (3, 4), (5, 10), (11, 20), (400, 400), (401, 1000)])
def test_the_axis_of_counts_ends_at_a_round_number(most: int, top: int) -> None:
    assert plots._round_up(most) == top
