"""Copies and furniture, from pages on a real server to what is judged and counted."""

from __future__ import annotations

from datetime import timedelta

from monitor.records import Article
from monitor.store.tables import articles
from tests.servers import Reply
from tests.worlds import HOUR, World, article_at, page, paper, titled

WIRE = (
    "The transport council voted on Monday to let ferries on the northern route carry freight at night.",
    "Its chair, Orla Benning, said that the quiet hours had cost the islands two deliveries each week.",
    "Residents of the east quay collected eight hundred signatures against it, citing the noise of reefers.",
    "The first night boat leaves on the ninth of May, and the rule is to be looked at again after a year.",
    "Freight firms asked for the change three years ago, when the bridge at Lowmoor was closed for repairs.",
)
OWN = (
    "Our reporter spent a night on the east quay, where lorries queue under the lamps from ten o'clock on.",
    "Drivers drink tea from flasks and complain of the new timetable, which nobody has explained to them.",
    "A baker says that flour will reach the islands before dawn for the first time since the bridge closed.",
    "The council's own study, seen by this paper, expects forty lorries a night and little more of noise.",
)
SIDEBAR = (
    "Sign up for our crypto letter and learn how token rules change before everybody else does, every Friday.",
    "Most read: stablecoin law explained, token tax explained, exchange licences explained, all in one place.",
)
MATTERS = {
    "A school in the hills gets a new roof": (
        "The roof of the hill school leaked for years, and pupils sat with buckets between their desks in autumn.",
        "Slaters from two valleys have now laid it anew, using stone from the old quarry behind the chapel.",
    ),
    "Herring comes back to the bay": (
        "Boats brought in forty tonnes of herring in one night, the largest catch that the fishermen remember.",
        "Gulls followed them to the pier, where a cannery hired students to gut and salt until the morning.",
    ),
    "Choir wins a prize in the capital": (
        "The women's choir sang four old songs and one written last winter, and the jury rose from its seats.",
        "Their conductor, a retired postmistress, learned to read music only when she was past fifty years old.",
    ),
    "Road to the lighthouse is closed": (
        "A rock the size of a van lies on the cliff path, so walkers must wait for the engineers and low tide.",
        "Geologists blame the frost of January, which split the granite along a seam they had marked before.",
    ),
    "A library opens on Sundays": (
        "From now on the town reading room opens every weekend, paid by the gift of a shipbuilder's widow.",
        "Volunteers will lend novels, repair bindings and brew coffee, while the paid staff keeps its free day.",
    ),
}


def serve(world: World, host: str, *papers: tuple[str, bytes]) -> list[str]:
    """Announce pages of a host in a feed of its own; return their links."""
    links = [page(world, f"/{number}-story", Reply(body=body), host=host) for number, (_, body) in enumerate(papers)]
    name = host.partition(".")[0]
    entries = [(papers[number][0], link) for number, link in enumerate(links)]
    world.add(name, Reply(body=titled(*entries, newest=world.now)), host=host)
    return links


def compared(world: World) -> None:
    pipeline = world.pipeline()
    pipeline.poll()
    pipeline.read()
    pipeline.compare()


def outcome_of(world: World, article: Article) -> tuple[str, str]:
    [told] = [one for one in world.store.ledger.about([article.id]) if one.step == "compare"]
    return told.outcome, told.reason


def test_a_wire_story_printed_elsewhere_is_linked_to_the_first_with_the_share_copied(world: World) -> None:
    [first] = serve(world, "wire.localhost", ("Ferries may carry freight at night", paper(*WIRE)))
    [own] = serve(world, "paper.localhost", ("A night among the lorries", paper(*OWN)))
    compared(world)
    world.now += 2 * HOUR
    [copy] = serve(world, "echo.localhost", ("Night boats: council says yes", paper(*WIRE[:4], "With wire reports.")))
    compared(world)
    original, copied = article_at(world, first), article_at(world, copy)
    assert copied.copy_of == original.id
    assert copied.copy_share >= 0.9
    assert outcome_of(world, copied) == ("copy", "text-shared")
    assert article_at(world, own).copy_of is None
    assert outcome_of(world, article_at(world, own)) == ("original", "no-text-shared")


def test_a_wire_story_that_comes_after_its_copy_is_still_the_original(world: World) -> None:
    world.now += 2 * HOUR
    [copy] = serve(world, "echo.localhost", ("Night boats: council says yes", paper(*WIRE[:4])))
    compared(world)
    world.now -= HOUR
    [first] = serve(world, "wire.localhost", ("Ferries may carry freight at night", paper(*WIRE)))
    world.now += 2 * HOUR
    compared(world)
    copied = article_at(world, copy)
    assert copied.copy_of == article_at(world, first).id
    assert outcome_of(world, copied) == ("copy", "text-shared")


def test_a_sidebar_under_every_page_is_not_judged_and_makes_no_copies(world: World) -> None:
    papers = [(title, paper(*told, *SIDEBAR)) for title, told in MATTERS.items()]
    links = serve(world, "daily.localhost", *papers)
    compared(world)
    for link in links:
        article = article_at(world, link)
        assert SIDEBAR[0] in article.text
        assert "crypto" not in article.own_text
        assert article.copy_of is None


def test_comparing_again_changes_nothing(world: World) -> None:
    serve(world, "wire.localhost", ("Ferries may carry freight at night", paper(*WIRE)))
    compared(world)
    assert world.pipeline().compare().articles == 0


def test_a_copy_of_an_old_article_is_found_when_it_is_letter_for_letter(world: World) -> None:
    [old] = serve(world, "wire.localhost", ("Ferries may carry freight at night", paper(*WIRE)))
    compared(world)
    with world.store.database.write() as connection:
        connection.execute(articles.update().values(published=world.now - timedelta(days=90)))
    [again] = serve(world, "echo.localhost", ("Ferries may carry freight at night", paper(*WIRE)))
    compared(world)
    assert article_at(world, again).copy_of == article_at(world, old).id
