# ruff: noqa: E501, RUF001 - notices in several scripts, whose characters count twice
"""Pairs of articles that look like copies and are none: notices from one form, one event told twice, briefs that grew.

Every text is invented here. The two notices of a pair come from the same form and differ in one thing (a firm, an
amount, a reference, a date, an outcome) or in all of them; much of the rest is equal word for word.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitor.records import Document
from tests.copies import GRAMMAR, START, Pair, article, fill, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A notice's title and text with slots in braces, and what may stand in each; `told_by` slots identify it."""

    titles: tuple[str, ...]
    text: str
    slots: Mapping[str, tuple[str, ...]]
    told_by: tuple[str, ...]


FIRMS: Final = tuple(GRAMMAR["firm"].split("|"))
PEOPLE: Final = tuple(GRAMMAR["person"].split("|"))
DAYS: Final = tuple(written((START + timedelta(days=11 * step)).date()) for step in range(30))
AMOUNTS: Final = tuple(
    f"{value} million" for value in ("3.5", "35", "1.2", "12", "7.25", "4.8", "48", "950", "2.1", "21")
)
CASES: Final = tuple(f"{year}-{number}" for year in (24, 25) for number in (1180, 1810, 2043, 2403, 977, 1077))
PAPERS: Final = tuple(f"CP/{year}/{number}" for year in (2023, 2024) for number in range(11, 19))
RATES: Final = ("2.75", "3.00", "3.25", "3.50", "3.75", "4.00", "4.25")
MONTHS: Final = ("January", "February", "March", "April", "June", "July", "September", "October", "November")

_RIGHTS: Final = (
    "The decision may be appealed within thirty days of its publication. An appeal does not suspend the effect of the "
    "decision unless the tribunal orders otherwise. Persons who hold claims should keep their records and need not "
    "take any further step at this stage."
)
_ABOUT: Final = (
    "The authority supervises the conduct of markets, the soundness of intermediaries and the protection of clients. "
    "It publishes its decisions in full unless publication would harm an investigation or a third party. Journalists "
    "may contact the press office on working days between nine and five; other enquiries are answered in writing."
)

FORMS: Final[dict[str, Form]] = {
    "fine": Form(
        titles=("Authority fines {firm} {amount}", "Enforcement notice", "{firm} fined {amount} over reporting lapses"),
        text="The authority has fined {firm} {amount} for failings in the reporting of transactions.\n\nBetween 2019 "
        "and 2022 the firm did not report a large part of its trades in time, and its controls did not notice. "
        "Complete and accurate reports are the means by which abuse is found, and the authority expects firms to put "
        "the necessary resources into them. {firm} agreed to settle at an early stage and therefore qualified for a "
        "discount of thirty per cent.\n\n" + _RIGHTS + "\n\n" + _ABOUT,
        slots={"firm": FIRMS, "amount": AMOUNTS},
        told_by=("firm", "amount"),
    ),
    "case": Form(
        titles=("Case {case}: court hears token issuer's appeal", "Court notice", "Hearing listed in case {case}"),
        text="The court of appeal will hear case {case} in its second chamber.\n\nThe appellant issued tokens to the "
        "public and was ordered to repay the buyers. It argues that the lower court mistook a means of payment for a "
        "security and did not weigh the evidence of its experts. The respondent asks the court to dismiss the appeal "
        "with costs.\n\nThe hearing is public as far as the room allows. Written pleadings in case {case} may be read "
        "at the registry by appointment. " + _RIGHTS + "\n\nParties are reminded that recordings are not permitted, "
        "that bundles must be filed in both forms, and that the chamber sits without a jury.",
        slots={"case": CASES},
        told_by=("case",),
    ),
    "consultation": Form(
        titles=("Consultation paper {paper} published", "Authority consults on {matter}", "{paper}: {matter}"),
        text="The authority today published consultation paper {paper} on {matter}.\n\nThe paper sets out draft "
        "rules, the reasons for them and an estimate of costs and benefits. The authority asks in particular whether "
        "the proposed transition is long enough, whether smaller firms should be exempt and whether the definitions "
        "are clear. Responses are invited from firms, consumers and anyone else with an interest by "
        "{day}.\n\nResponses should quote the number {paper} and be sent by electronic means. They will be published "
        "unless the sender asks for confidence. The authority will then decide whether to make the rules and will "
        "explain its decision in a policy statement.\n\n" + _ABOUT,
        slots={"paper": PAPERS, "matter": ("custody rules", "staking rules", "listing rules"), "day": DAYS},
        told_by=("paper",),
    ),
    "warning": Form(
        titles=("Warning list updated", "Warning: {firm} is not authorised", "Investor warning on {firm}"),
        text="The authority warns the public that {firm} is offering services without authorisation.\n\nAlmost all "
        "firms and individuals that offer financial services must be authorised or registered. {firm} is not, and its "
        "clients will not have access to the complaints service or the compensation scheme. Money that was sent is "
        "unlikely to be recovered.\n\nBefore investing, check the register, be wary of promises of quick returns, and "
        "never give anyone control of your device. Report what you know to the consumer line. " + _ABOUT,
        slots={"firm": FIRMS},
        told_by=("firm",),
    ),
    "warning in a list": Form(
        titles=("Warning list of the week", "Regulator blocks unregistered trading sites"),
        text="The authority has added entries to its list of unauthorised providers.\n\nThe entities named below "
        "offer services to the public without the licence that the law requires. Clients who deal with them have no "
        "claim on the compensation scheme. Access providers have been asked to block the sites within ten days. The "
        "list is not complete, and the absence of a name is no proof that a provider is licensed. " + _RIGHTS
        + "\n\nThe following providers are added to the list:\n\n{firm}\n\n{firm2}\n\n{firm3}",
        slots={"firm": FIRMS[:7], "firm2": FIRMS[7:14], "firm3": FIRMS[14:]},
        told_by=("firm", "firm2", "firm3"),
    ),
    "rate": Form(
        titles=("Monetary policy decision", "Central bank keeps rate at {rate} per cent", "{month} rate decision"),
        text="At its meeting in {month} the board decided to keep the policy rate at {rate} per cent.\n\nInflation is "
        "expected to return to the target within two years. Activity has been somewhat weaker than forecast, the "
        "labour market is cooling and credit grows slowly. The board judges that the current stance is appropriate "
        "and stands ready to act should the outlook change.\n\nThe decision takes effect on {day}. The minutes will "
        "be published two weeks after the meeting, together with the votes of the members. The governor will explain "
        "the decision to journalists at eleven; the conference can be followed on the website. The next report on "
        "inflation contains new projections for growth, prices and wages, and a chapter on the transmission of policy "
        "to lending.",
        slots={"rate": RATES, "month": MONTHS, "day": DAYS},
        told_by=("month", "rate", "day"),
    ),
    "outcome": Form(
        titles=("Authority {verb} licence of {firm}", "Licensing decision", "{firm}: licence {done}"),
        text="The authority has {done} the licence of {firm} as a provider of custody services.\n\nThe decision "
        "follows an examination that lasted eleven months. The file was reviewed against the requirements on capital, "
        "governance, safekeeping and the handling of complaints, and the applicant was heard twice. The reasons are "
        "set out in full in the annex. The register of providers has been changed accordingly, and other authorities "
        "have been told.\n\n"
        + _RIGHTS + "\n\n" + _ABOUT,
        slots={"done": ("granted", "refused", "granted", "revoked"), "firm": FIRMS, "verb": ("decides on",)},
        told_by=("done",),
    ),
    "statistics": Form(
        titles=("Crypto fund flows in week {week}", "Weekly flows", "Token funds: week {week}"),
        text="Token funds saw net flows of {amount} dollars in week {week}, the tracker says.\n\nThe figure is the "
        "sum of all listed products that report daily. Trading volumes were close to their average of the year. "
        "Products on the two largest tokens made up most of the flows, while baskets and short products changed "
        "little.\n\nThe tracker counts creations and redemptions at the closing price of each day. Figures may be "
        "revised when issuers correct their reports. Flows say nothing about the direct holdings of investors or "
        "about derivatives. Data may be used freely with attribution. The next figures are due in seven days at noon; "
        "a table by provider and by country can be downloaded from the tracker's website, as can the method.",
        slots={"week": tuple(map(str, range(9, 40))), "amount": AMOUNTS},
        told_by=("week", "amount"),
    ),
    "appointment": Form(
        titles=("Court appoints liquidator for {firm}", "Notice to creditors", "Creditors of {firm}: file claims"),
        text="On {day} the commercial court appointed {person} as liquidator of {firm}.\n\nCreditors are invited to "
        "file their claims in writing within sixty days, with evidence of the amount and of any security. Claims that "
        "arrive later are considered only as far as assets remain. A first meeting of creditors will be held at the "
        "court; those who cannot attend may be represented by a person of their choice who holds a written "
        "power.\n\nThe powers of the directors have ended. Payments to the company discharge the debtor only if they "
        "are made to the liquidator. Pending lawsuits are suspended. " + _RIGHTS,
        slots={"firm": FIRMS, "person": PEOPLE, "day": DAYS},
        told_by=("firm",),
    ),
    "sanctions": Form(
        titles=("Treasury adds {person} to sanctions list", "Sanctions list changed", "Asset freeze: {person}"),
        text="The treasury has added {person} to its list of persons subject to an asset freeze.\n\nAll funds and "
        "economic resources that belong to the person or are controlled by {person} must be frozen without delay. "
        "Nobody may make funds available to the person, directly or indirectly, unless a licence has been issued. "
        "Institutions must check whether they hold accounts, refrain from dealing with them and report what they "
        "find.\n\nThe entry takes effect on publication. Breaches are a criminal offence. Requests for a licence, and "
        "requests to be removed from the list, are addressed to the sanctions unit in writing; they are answered "
        "within the time that the law sets. " + _RIGHTS,
        slots={"person": PEOPLE},
        told_by=("person",),
    ),
    "Chinese penalty": Form(
        titles=("关于对{firm}采取责令改正措施的决定", "行政处罚决定书"),
        text="经查，{firm}在开展经纪业务时没有核对客户身份，也没有及时报告可疑交易，内部控制存在缺陷。\n\n上述行为违反了监督管理"
        "条例的规定。我局决定责令{firm}改正，并将本决定记入诚信档案。该公司应当在三十日内提交书面整改报告。如对本决定不服，可以在"
        "六十日内申请行政复议，也可以在六个月内向有管辖权的人民法院提起诉讼。复议与诉讼期间，本决定不停止执行。",
        slots={"firm": ("华泰宏源证券", "北方中信投资", "中金证券", "中信证券", "东海期货", "远景信托")},
        told_by=("firm",),
    ),
    "Japanese order": Form(
        titles=("{firm}に業務改善命令", "行政処分について"),
        text="金融庁は本日、{firm}に対し業務改善を命じた。検査の結果、顧客の資産を分別して管理する体制に重大な不備が認められた。"
        "\n\n同社は経営管理を強め、再発を防ぐ計画を一か月以内に提出しなければならない。計画の実施状況は三か月ごとに報告する。金融庁は"
        "今後も改善の状況を注視する。この命令に不服がある者は、命令を知った日の翌日から三か月以内に審査を請求することができる。",
        slots={"firm": ("アクメ証券", "ベータ銀行", "北浜信託", "みなと取引所")},
        told_by=("firm",),
    ),
    "Hindi penalty": Form(
        titles=("{firm} बैंक पर मौद्रिक दंड", "दंड की सूचना"),
        text="रिज़र्व बैंक ने {firm} सहकारी बैंक पर नियमों के पालन में कमी के कारण मौद्रिक दंड लगाया है।\n\nयह कार्रवाई बैंककारी "
        "विनियमन अधिनियम से मिली शक्तियों के अधीन की गई है। इसका उद्देश्य ग्राहकों के साथ किए गए किसी लेनदेन की वैधता पर सवाल "
        "उठाना नहीं है। निरीक्षण के बाद बैंक को नोटिस भेजा गया था। उसके उत्तर पर विचार करने के बाद यह पाया गया कि आरोप सही हैं "
        "और दंड लगाना आवश्यक है।",
        slots={"firm": ("सूर्या", "गंगा", "राम", "रीमा", "हिमालय")},
        told_by=("firm",),
    ),
    "Korean penalty": Form(
        titles=("{firm}에 과징금 부과", "제재 공시"),
        text="금융위원회는 {firm}에 과징금을 부과하기로 의결했다. 거래 보고를 제때 하지 않았고 내부 통제에도 결함이 있었기 때문이다."
        "\n\n해당 회사는 한 달 안에 개선 계획을 제출해야 하며, 이행 상황은 분기마다 점검을 받는다. 위원회는 이용자를 보호하기 위해 "
        "감독을 이어 가겠다고 밝혔다. 이번 결정에 이의가 있으면 통지를 받은 날부터 구십 일 안에 행정 심판을 청구할 수 있다.",
        slots={"firm": ("하나은행", "신한은행", "미래거래소", "한강증권")},
        told_by=("firm",),
    ),
    "Arabic fine": Form(
        titles=("غرامة على شركة {firm}", "إعلان قرار"),
        text="أعلنت هيئة السوق المالية فرض غرامة على شركة {firm} لأنها لم تفصح عن التطورات الجوهرية في الوقت المحدد.\n\nوأوضحت الهيئة "
        "أنها ستواصل متابعة التزام الشركات المدرجة بأحكام النظام حماية للمستثمرين من الممارسات غير العادلة. ودعت جميع المستثمرين إلى "
        "الاطلاع على القرارات المنشورة في موقعها والتأكد من المعلومات قبل اتخاذ أي قرار. ويحق للشركة أن تتظلم من القرار أمام اللجنة "
        "خلال ثلاثين يوما من تاريخ إبلاغها به.",
        slots={"firm": ("النخيل", "الواحة", "الصحراء", "الميناء")},
        told_by=("firm",),
    ),
}  # fmt: skip

_TITLES = """\
Brazil's securities watchdog opens tokenisation sandbox to asset managers
Chile's securities watchdog opens tokenisation sandbox to asset managers
Northgate Exchange wins Dubai virtual-asset licence
Harbourline Exchange wins Dubai virtual-asset licence
Court appoints liquidator for crypto lender Palisade
Court appoints liquidator for crypto lender Merrow
Treasury adds mixer CloakPool to sanctions list
Treasury adds mixer VeilSwap to sanctions list
Central bank of Ghana begins retail digital currency trial
Central bank of Kenya begins retail digital currency trial
Senate agriculture committee schedules digital commodity hearing
Senate banking committee schedules digital commodity hearing
Bridge protocol Lattice drained after key compromise
Bridge protocol Ferro drained after key compromise
Watchdog consults on custody rules for cryptoassets
Watchdog consults on staking rules for cryptoassets
Japan sets tax relief for long-held tokens in budget draft
Korea sets tax relief for long-held tokens in budget draft
Listing committee rejects Aurum Trust's ether product
Listing committee rejects Belmont Trust's ether product
Former Tessera chief pleads guilty to token fraud
Former Kestrel chief pleads guilty to token fraud
Auditor general faults health ministry's ledger project
Auditor general faults land ministry's ledger project
Banking committee issues working note 58 on tokenised collateral
Banking committee issues working note 63 on tokenised collateral
Regulator blocks 17 unregistered trading sites
Regulator blocks 71 unregistered trading sites
Second round of digital euro provider tenders closes
Third round of digital euro provider tenders closes
Article 12 of token bill goes to committee vote
Article 21 of token bill goes to committee vote
Token funds lose 240 million in week 9, tracker says
Token funds lose 240 million in week 14, tracker says
Ledger research award shared by 40 universities
Ledger research award shared by 14 universities
Exchange fined 3.5 million over reporting lapses
Exchange fined 35 million over reporting lapses
Standards body releases ledger vocabulary part 2
Standards body releases ledger vocabulary part 5
Phase one of wholesale settlement pilot ends
Phase two of wholesale settlement pilot ends
Lawmakers table 2025 virtual asset amendments
Lawmakers table 2026 virtual asset amendments
Attack on lending pool costs users 6 million
Attack on lending pool costs users 60 million
Case 24-1180: court hears token issuer's appeal
Case 24-1810: court hears token issuer's appeal
Parliament adopts reserve rules for payment tokens
Parliament rejects reserve rules for payment tokens
Judge dismisses fraud counts against Palisade founders
Judge upholds fraud counts against Palisade founders
Regulator lifts trading halt on Northgate
Regulator extends trading halt on Northgate
Governor signs state bitcoin reserve act
Governor vetoes state bitcoin reserve act
Appeal court restores Merrow's operating licence
Appeal court revokes Merrow's operating licence
Central bank resumes digital currency pilot
Central bank suspends digital currency pilot
Ministry raises levy on miners' electricity
Ministry scraps levy on miners' electricity
Jury convicts Kestrel trader of market manipulation
Jury acquits Kestrel trader of market manipulation
Agency withdraws draft rule on self-hosted wallets
Agency finalises draft rule on self-hosted wallets
Voters approve city's ledger-based land register
Voters turn down city's ledger-based land register
Lattice recovers stolen tokens after talks with attacker
Lattice fails to recover stolen tokens after talks with attacker
Exchange wins court fight over user records
Exchange loses court fight over user records
""".splitlines()

LOOK_ALIKES: Final = tuple(zip(_TITLES[::2], _TITLES[1::2], strict=True))
"""Titles of different events, two by two: another name, another number, another outcome."""

_DESKS: Final = (
    """{firm} must pay {amount} euros because its reports were late, {body} said on {day}. It is the largest penalty of
the year. {person}, who led the inquiry, told journalists that the bank had known of the gaps for months and had put off
repairs.|The lender accepted the finding and will not go to court. Shares slipped two per cent in early trading before
they recovered. Analysts had reckoned with more.""",
    """A penalty of {amount} euros closes one of the longest investigations into {firm}. On {day} {body} announced that
it had found late and missing filings over three years. "They were warned more than once," said {person}, the official
in charge.|By settling, the company avoids a trial that could have lasted into next year. Investors took the news
calmly. Consumer groups called the sum too small to hurt.""",
)


def notice_pairs(each: int, seed: int) -> Iterator[Pair]:
    """Return for each form this many pairs of different notices, and one for each pair of look-alike titles."""
    chance = random.Random(seed)  # noqa: S311 - a test set, not a secret
    for kind, form in FORMS.items():
        for number in range(each):
            yield _notices(f"{kind} {number}", kind, form, chance)
    for number, titles in enumerate(LOOK_ALIKES):
        yield _look_alikes(number, titles, chance)


def _notices(name: str, kind: str, form: Form, chance: random.Random) -> Pair:
    """Return two fillings of a form: one of the slots that tell notices apart differs, or all of them."""
    first = {slot: chance.choice(values) for slot, values in form.slots.items()}
    told_by = form.told_by if chance.random() < 0.4 else (chance.choice(form.told_by),)
    second = first | {slot: chance.choice([one for one in form.slots[slot] if one != first[slot]]) for slot in told_by}
    title = chance.choice(form.titles)
    days = sorted(chance.sample(range(200), 2))
    one, other = (
        Document(
            id=f"notice {name} {side}",
            title=title.format(**values),
            text=form.text.format(**values),
            published=START + timedelta(days=day),
            source="Authority",
        )
        for side, day, values in zip("ab", days, (first, second), strict=True)
    )
    return Pair(kind=f"notice: {kind}", first=one, second=other)


def _look_alikes(number: int, titles: tuple[str, str], chance: random.Random) -> Pair:
    """Return two notices whose texts are equal but for what their titles say, once in the lead and once at the end."""
    rest = article("rest", chance, START, sentences=12).text + "\n\n" + _RIGHTS
    one, other = (
        Document(
            id=f"look-alike {number} {side}",
            title=title,
            text=f"{title}, according to a notice of this week.\n\n{rest}\n\nThe heading of the notice is: {title}.",
            published=START + timedelta(hours=hours),
            source=source,
        )
        for side, title, hours, source in zip("ab", titles, (0, 5), ("Harbour Wire", "Northern Daily"), strict=True)
    )
    return Pair(kind="look-alike titles", first=one, second=other)


def told_twice(count: int, seed: int) -> Iterator[Pair]:
    """Return one event each, told by two desks: the same names, figures and days in other words."""
    chance = random.Random(seed)  # noqa: S311 - a test set, not a secret
    for number in range(count):
        facts = {
            "firm": chance.choice(FIRMS),
            "amount": chance.choice(AMOUNTS),
            "person": chance.choice(PEOPLE),
            "day": chance.choice(DAYS),
            "body": fill("#body#", chance),
        }
        one, other = (
            Document(
                id=f"event {number} {side}",
                title=f"{facts['firm']} {verb} {facts['amount']}",
                text=_told(words, facts, chance),
                published=START + timedelta(hours=number, minutes=ord(side)),
                source=side,
            )
            for side, verb, words in zip("ab", ("pays", "settles for"), _DESKS, strict=True)
        )
        yield Pair(kind="one event, two desks", first=one, second=other)


def _told(words: str, facts: Mapping[str, str], chance: random.Random) -> str:
    lead, end = words.replace("\n", " ").format(**facts).split("|")
    return f"{lead}\n\n{article('x', chance, START, sentences=9).text}\n\n{end}"


def outgrown(count: int, seed: int) -> Iterator[Pair]:
    """Return briefs and the long articles that hold them, a day or more later."""
    chance = random.Random(seed)  # noqa: S311 - a test set, not a secret
    for number in range(count):
        long = article(f"long {number}", chance, START + timedelta(hours=13 + number), sentences=26)
        parts = long.text.split("\n\n")
        brief = Document(
            id=f"brief {number}",
            title=re.sub(r"^\w+", "Brief:", long.title),
            text="\n\n".join(parts[: max(2, len(parts) // 3)]),
            published=START,
            source="Harbour Wire",
        )
        yield Pair(kind="outgrown brief", first=brief, second=long)
