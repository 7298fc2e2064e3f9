"""Closed lists of English words behind the vetoes. Other languages have none, and are grouped without word vetoes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from monitor.stories.terms import stem


def _words(text: str) -> list[str]:
    return text.split()


_FIRST_NUMBERS = _words("""
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
    """)
_FIRST_ORDINALS = _words("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")

_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")

CARDINALS: Final = {
    **{word: number for number, word in enumerate(_FIRST_NUMBERS, 1)},
    **{word: number for number, word in zip(range(20, 100, 10), _TENS, strict=True)},
}
ORDINALS: Final = {word: number for number, word in enumerate(_FIRST_ORDINALS, 1)}
COMPOUND_NUMBER: Final = re.compile(rf"\b({'|'.join(_TENS)})-({'|'.join(_FIRST_NUMBERS[:9])})\b", re.IGNORECASE)
"""A number of two words, as twenty-four."""

ROMAN: Final = {word: number for number, word in enumerate(_words("i ii iii iv v vi vii viii ix x xi xii"), 1)}
MAGNITUDES: Final = {
    "hundred": 1e2,
    "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
MONTHS: Final = frozenset(
    _words("""
    jan january feb february mar march apr april may jun june jul july aug august sep sept september oct october
    nov november dec december
    """)
)

WEEKDAYS: Final = frozenset(_words("monday tuesday wednesday thursday friday saturday sunday"))

_NUMBERED = _words("""
    act amendment annex article batch bill block bulletin case category chapter circular class decree directive district
    docket draw edition episode file flight gate group heat issue law level line lot notice note no number order paper
    paragraph part phase platform proposal proposition reactor regulation release report resolution round route rule
    schedule season section sector series stage step terminal tier tranche unit version vol volume ward week zone
    """)
IDENTIFIER_NOUNS: Final = {form: noun for noun in _NUMBERED for form in (noun, noun + "s")}
"""A number that follows one of these names a thing (`note 58`) and does not count or measure."""

TERMS: Final = frozenset(_words("day week month quarter year"))
"""After a number, in the singular, these say which kind of a thing it is: a 10-year bond."""

ROLES: Final = frozenset(
    stem(word)
    for word in _words("""
    administration agency analyst authority body bourse broker chief commission company council court exchange
    executive firm founder government group issuer judge lawmaker legislator lender minister ministry official
    parliament platform police politician prosecutor provider regulator report senator startup supervisor trader
    tribunal user watchdog
    """)
)
"""Words for an actor rather than its name: two headlines may use different ones for the same actor."""

LAWS: Final = frozenset(_words("act article directive law regulation rule section"))
"""What many events may refer to: two articles that name the same one need not tell the same."""

DEMONYMS: Final = dict(
    pair.split("/")
    for pair in _words("""
    british/britain uk/britain danish/denmark dutch/netherland english/england filipino/philippine finnish/finland
    french/france greek/greece irish/ireland norwegian/norway polish/poland scottish/scotland spanish/spain
    swedish/sweden swiss/switzerland turkish/turkey welsh/wale
    """)
)
"""Words for a country's people that do not begin as its name does → its name; both as stems."""

ENDINGS: Final = frozenset(_words("a ain an e es ese i ia ian ish n y")) | {""}
"""What follows the common part in two words for one place, as in Britain and British; as stems."""

NEGATIONS: Final = frozenset(
    _words("not cannot never fail fails failed failing refuse refuses refused decline declines declined")
)
NEGATED: Final = NEGATIONS | frozenset(_words("no non none nobody neither nor unable without hardly"))
"""In a title, where one word is one of few, more words negate than in a text."""

REVISIONS: Final = frozenset(_words("already least now still toll"))
"""Words of a title whose figure is one of several in the course of an event."""

PHRASES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), verb)
    for pattern, verb in (
        (
            r"\b(?:(?:turn|vote|strike|knock|shoot)(?:s|ed)? down\b|(?:struck|shot) down\b|vot(?:e|es|ed) against\b)",
            "rejects",
        ),
        (r"\b(?:say|says|said|vot(?:e|es|ed)) no to\b|\b(?:put|puts|pull|pulls|pulled) (?:paid|the plug)\b", "rejects"),
        (r"\b(?:say|says|said|vot(?:e|es|ed)) yes to\b|\b(?:waves?|waved|nods?|nodded) through\b", "approves"),
        (r"\brubber-stamp(?:s|ed)?\b", "approves"),
        (r"\bvot(?:e|es|ed) (?:for|in favou?r of|through)\b", "approves"),
        (r"\b(?:give[sn]?|gave|gets?|got|wins?|won) (?:\w+ )?(?:go-ahead|green light|nod|thumbs-up)\b", "approves"),
        (r"\b(?:throw|toss|kick)(?:s|ed)? out\b|\bthrew out\b", "dismisses"),
        (r"\bplead(?:s|ed)? not guilty\b", "denies"),
        (r"\bplead(?:s|ed)? guilty\b", "admits"),
        (
            r"\b(?:find|found|finds)(?: \w+)? not guilty\b|\bwalks? free\b|\b(?:is|was|are|were) cleared of\b",
            "acquits",
        ),
        (r"\b(?:find|found|finds)(?: \w+)? guilty\b", "convicts"),
        (r"\b(?:find|found|finds)(?: \w+)? innocent\b", "acquits"),
        (r"\bcall(?:s|ed)? off\b", "cancels"),
        (r"\b(?:go|goes|going|went) ahead\b", "proceeds"),
        (r"\b(?:u-turns?|back(?:s|ed)? down|backtrack(?:s|ed)?|row(?:s|ed)? back)\b(?: on\b)?", "abandons"),
        (r"\b(?:break|broke|fall|fell)(?:s)? (?:down|apart|through)\b|\bfail(?:s|ed)?\b(?! to\b)", "collapses"),
        (
            r"\b(?:take|takes|took) effect\b|\b(?:com(?:e|es)|came|enter(?:s|ed)?) into (?:force|effect)\b",
            "starts",
        ),
        (r"\b(?:bring|brings|brought) forward\b", "hastens"),
        (r"\brul(?:e|es|ed|ing) against\b|\bdefeat for\b", "loses"),
        (r"\brul(?:e|es|ed|ing) (?:for|in favou?r of)\b", "wins"),
        (r"\brule(?:s|d)? out\b", "opposes"),
        (r"\brefus(?:e|es|ed|al)\b(?! to\b)", "denies"),
        (r"\bdeclin(?:e|es|ed)\b(?! to\b)", "drops"),
        (r"\b(?:is|are|was|were|does|do|did|has|have|wo|would|could|ca)n['\u2019]t\b", "not"),
        (r"\bmanag(?:e|es|ed) to\b", ""),
    )
)
"""Verbs of two words, replaced by one of the same sense, or by none where they only affirm."""

ANY_PHRASE: Final = re.compile("|".join(pattern.pattern for pattern, _ in PHRASES), re.IGNORECASE)
"""Finds nothing in a title without any of them, as most are."""

_TWO_SIDED = (
    ("win won beat victory triumph winner", "lose lost loss loser"),
    ("buy bought acquire purchase buyer", "sell sold divest offload seller"),
    ("lend lent loan", "borrow"),
)

_FOR = """
    adopt pass approve approval sign endorse endorsement enact back ratify ratification finalise finalize accept
    acceptance clear clearance greenlight grant confirm agree support embrace bless favour favor authorise authorize
    authorisation authorization allow permit validate seal
    """
_AGAINST = """
    reject rejection veto defeat block scrap withdraw withdrew withdrawn withdrawal shelve abandon oppose kill repeal
    dismiss dismissal deny denial delay postpone defer stall collapse spurn snub rebuff nix torpedo scupper thwart foil
    derail ditch dump bury halt stop refuse refusal disapprove sink sank sunk overrule disallow forbid forbade forbidden
    prohibit bar ban shun resist quash invalidate rescind sabotage throttle crush dash
    """

_AXES = (
    (_FOR, _AGAINST),
    ("announce impose propose introduce", "oppose scrap abandon withdraw withdrew withdrawn shelve"),
    ("uphold upheld affirm reinstate", "dismiss overturn quash reverse reversal void annul vacate invalidate nullify"),
    (
        "lift end ended ease relax loosen relieve waive",
        "extend extension impose maintain keep kept tighten prolong toughen harden stiffen renew",
    ),
    (
        "restore reinstate grant award issue give renew renewal",
        "revoke rescind suspend suspension cancel withdraw withdrew strip deny refuse forfeit confiscate",
    ),
    (
        "resume resumption restart reopen launch start begin began begun unfreeze unfroze proceed continue",
        """suspend suspension halt pause freeze froze frozen stop cancel cancellation scrap abandon delay postpone
        postponement defer collapse expire lapse shut discontinue avert""",
    ),
    ("start begin began begun launch open", "end ended finish conclude conclusion complete completion"),
    ("hold held survive succeed success successful progress", "collapse failure unsuccessful flop"),
    ("survive win won pass", "lose lost"),
    ("survive remain stay", "oust topple recall remove removal depose unseat"),
    ("hasten accelerate quicken speed", "delay postpone defer slow"),
    ("raise increase hike lift double triple boost", "scrap cut lower reduce reduction abolish slash halve trim"),
    ("raise increase hike cut lower reduce slash trim", "hold held keep kept unchanged maintain"),
    ("convict conviction jail sentence imprison guilty", "acquit acquittal exonerate absolve clear innocent vindicate"),
    ("jail detain charge arrest remand imprison capture indict hold held", "free freed release bail"),
    ("admit confess acknowledge confirm accept", "deny denial refute dispute rebut reject"),
    ("confirm verify", "debunk disprove refute"),
    *_TWO_SIDED,
    ("profit profitable surplus", "loss deficit"),
    ("inflow", "outflow"),
    ("alive survive survivor", "dead die died"),
    (
        """rise rose risen gain jump surge soar climb rally increase grow grew growth leap spike rebound advance widen
        expand expansion accelerate strengthen""",
        """fall fell fallen drop slump plunge sink sank sunk tumble slide slip decline decrease shrink shrank shrunk
        dip dive crash plummet narrow contract contraction ease weaken slow""",
    ),
    ("high higher record peak", "low lower trough"),
    ("big bigger large larger great greater stronger", "small smaller weaker"),
    ("faster earlier sooner", "slower later"),
    ("better improve improvement upgrade strengthen", "worse worsen deteriorate downgrade weaken"),
    ("beat exceed top surpass outperform", "miss undershoot underperform"),
    ("open opening reopen", "close closure shut shutdown"),
    ("join enter return stay remain", "leave left quit exit depart departure resign resignation withdraw withdrew"),
    ("hire recruit appoint", "sack oust dismiss remove removal"),
    ("recover", "lose lost"),
    ("retain keep kept", "lose lost shed forfeit surrender"),
    ("find found", "lose lost"),
    ("keep kept retain maintain", "close closure shut scrap abolish dismantle"),
    ("comply meet met", "breach violate flout miss"),
    ("include admit", "exclude expel bar"),
    ("enable", "disable"),
    ("merge unite", "split separate demerge"),
    ("publish reveal disclose", "withhold withheld conceal"),
    ("attend", "boycott skip"),
    ("praise hail welcome applaud laud", "criticise criticize condemn slam blast denounce deplore"),
    (
        "legalise legalize allow permit unban authorise authorize unblock",
        "ban prohibit outlaw forbid forbade forbidden bar block criminalise criminalize stop halt suspend",
    ),
)

_PARTICLES = (
    ("for", "against"),
    ("with", "without"),
    ("above over", "below under"),
    ("up", "down"),
    ("more most many", "less least few fewer"),
    ("before", "after"),
    ("inside", "outside"),
    ("on", "off"),
    ("in", "out"),
    ("yes", "no"),
    ("both", "neither"),
    ("all", "none"),
)

PREFIXES: Final = tuple(_words("counter over under anti dis non de il im in ir un"))
"""What makes a word into its opposite: lawful and unlawful, list and delist."""

_BARRIERS = "ban block freeze suspension veto moratorium restriction curb limit embargo prohibition halt delay"
_REMOVERS = "lift end ended drop scrap reject ease relax overturn quash cancel void annul dismiss refuse lose lost"

_SENSES = """
    agreement/deal/pact/accord/treaty probe/inquiry/enquiry/investigation row/dispute/clash/spat bid/offer/proposal
    plan/scheme/programme/program/project/proposal penalty/fine/punishment lawsuit/suit/case/action/complaint
    talk/negotiation/discussion vote/ballot/poll/election aid/help/relief/assistance car/vehicle/auto
    child/kid/youngster employee/staff/worker/workforce/job customer/client/consumer/user investor/shareholder/holder
    token/coin/crypto/cryptocurrency fire/blaze/inferno crash/accident/collision storm/hurricane/cyclone/typhoon
    hurt/injured/wounded/injure/wound kill/killed/dead/die/died sack/fire/dismiss/axe/oust resign/quit/step/leave
    urge/ask/call/demand/want/seek/request warn/caution/alert say/state/tell/declare/announce/unveil/present/reveal
    slam/blast/criticise/criticize/attack/condemn/denounce hit/strike/struck/batter/rock cut/reduce/slash/trim/lower
    buy/acquire/purchase/take name/appoint/pick/choose/select/nominate begin/start/launch/open/kick end/finish/conclude
    sue/charge/accuse fine/penalise/penalize/punish hack/breach/exploit/attack/heist/theft fraud/scam/swindle
    rule/regulation/guideline/guidance/law/legislation/bill/act law/statute money/fund/cash/funding/finance
    home/house/dwelling shop/store/outlet/retailer ship/vessel/boat plane/aircraft/jet/airliner train/rail/railway
    film/movie football/soccer fuel/petrol/gasoline/gas flat/apartment lorry/truck mobile/phone/smartphone
    big/large/major/huge/great small/little/minor/tiny new/fresh/latest old/former/ex hike/rise/increase/raise
    fall/drop/slip/slide/decline/dip rise/climb/gain/jump/surge/soar approve/pass/back/adopt/endorse/support
    court/judge/tribunal/justice death/toll/fatality victim/casualty gun/firearm/weapon protest/demonstration/rally
    strike/walkout/stoppage search/hunt/manhunt suspect/gunman/attacker/assailant thief/robber/burglar/hacker
    hold/keep/maintain/leave/stay/remain/steady show/suggest/find/indicate/reveal expect/forecast/predict/see
    delay/postpone/defer/suspend/pause/halt/stop abandon/scrap/drop/ditch/shelve/cancel/axe/withdraw reject/refuse/deny
    boss/chief/head/leader/ceo/president/director/chairman/chair premier/pm/chancellor rumour/rumor/report/claim
    american/us/usa/america united/uk/britain month/year/week quarterly/quarter yearly/annual/year
    """


def _forms(verbs: str) -> frozenset[str]:
    forms: set[str] = set()
    for verb in verbs.split():
        past = verb.removesuffix("e") + "ed"
        doubled = f"{verb}{verb[-1]}ed"
        third = verb[:-1] + "ies" if verb.endswith(("fy", "ny", "ly")) else verb + "s"
        forms.update((verb, third, verb + "es", past, doubled, verb[:-1] + "ied", verb.removesuffix("e") + "ing"))
    return frozenset(stem(form) for form in forms)


def _all(axes: Iterable[tuple[frozenset[str], frozenset[str]]]) -> frozenset[str]:
    return frozenset().union(*(side for axis in axes for side in axis))


Axis = tuple[frozenset[str], frozenset[str]]

AXES: Final[tuple[Axis, ...]] = tuple((_forms(one), _forms(other)) for one, other in _AXES)
"""Pairs of opposite outcomes, as stems of all forms; a verb may stand on several axes."""

TWO_SIDED: Final = frozenset((_forms(one), _forms(other)) for one, other in _TWO_SIDED)
"""What one side's success and the other's failure are called: turned round, they say the same."""

OUTCOMES: Final = _all(AXES)

PARTICLES: Final = tuple((frozenset(one.split()), frozenset(other.split())) for one, other in _PARTICLES)
"""Pairs of opposite small words, which say the opposite only where nothing else differs."""

BARRIERS: Final = _forms(_BARRIERS)
REMOVERS: Final = _forms(_REMOVERS)
"""Who removes a barrier allows: one of each side by side are no outcome of either axis."""

_SYNONYMS: Final = tuple(frozenset().union(*map(_forms, group.split("/"))) for group in _SENSES.split())


def opposite(ones: frozenset[str], others: frozenset[str], axes: Iterable[Axis] = AXES) -> bool:
    """Hold for outcomes (as stems) that are opposite on one of these axes."""
    return any(_apart(ones, others, good, bad) or _apart(others, ones, good, bad) for good, bad in axes)


def _apart(ones: frozenset[str], others: frozenset[str], good: frozenset[str], bad: frozenset[str]) -> bool:
    return bool(ones & good and others & bad) and not (ones & bad or others & good)


def one_sense(one: str, other: str) -> bool:
    """Hold for two stems that headlines use for each other: of one sense, or on one side of an axis."""
    if any(one in group and other in group for group in _SYNONYMS):
        return True
    together = any(one in side and other in side for axis in AXES for side in axis)
    return together and not opposite(frozenset([one]), frozenset([other]))


COMMON_NAMES: Final = frozenset(
    _words("""
    america american americans associated britain british cnn congress democrat democratic democrats east eu european
    facebook federal fox friday getty gop house images monday mr mrs ms dr sir national new news north post president
    press prime republican republicans reuters saturday senate south states sunday supreme thursday times tuesday
    twitter u.k u.n u.s uk un union united us washington wednesday west white york
    """)
)
"""Parts of names that so many reports hold that to share them says nothing."""
