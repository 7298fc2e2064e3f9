"""Patterns of English nouns behind a status: laws, suits, decisions, and those who make and take them; in lower case.

A gap is what may stand between a verb and its object: a few words that begin no new clause.
"""

from __future__ import annotations

from typing import Final

LAW: Final = (
    r"(?:(?<!balancing )acts?|bills?|laws?|legislation|regulations?|directives?|ordinances?|decrees?|statutes?|treaty)"
    r"(?![\w-]| (?:firms?|schools?|enforcement|professors?|exams?|degrees?|students?|of nature)\b)"
)
SOFT: Final = (
    r"(?:rules?(?! (?:of procedure|of evidence|package|committee|for (?:floor )?debate)\b)|rulebook|circulars?"
    r"|guidelines?|guidance|standards?|framework|regime|code|(?<!rules )package|measures?|amendments?|reforms?"
    r"|bans?|tax|levy|tariffs?|restrictions?|requirements?|resolution|moratorium|sanctions|caps?|budget)(?![\w-])"
)
RULES: Final = f"(?:{LAW}|{SOFT})"
PLAN: Final = rf"(?:{RULES}|(?:proposals?|drafts?|plans?)(?![\w-]))"
SUIT: Final = r"(?:lawsuits?|suits?|complaints?|class actions?|legal action|charges|claims?|cases?|petitions?)(?![\w-])"
DISPUTE: Final = rf"(?:{SUIT}|(?:probes?|allegations?|accusations?|disputes?|investigations?|litigation)(?![\w-]))"
DECISION: Final = (
    r"(?:rulings?|verdicts?|decisions?|judge?ments?|fines?|penalt(?:y|ies)|convictions?|sentences?|orders?|dismissals?)"
)
SUPERVISOR: Final = (
    r"(?:regulators?|watchdogs?|authority|authorities|agency|central bank|department|treasury|supervisors?|sec|cftc|fca"
    r"|pra|esma|eba|eiopa|amla|ftc|fcc|fda|epa|mas|sfc|hkma|bafin|ecb|fdic|occ|cfpb|cma|ico|finra|fincen|ofac|nydfs|fed"
    r"|federal reserve|bank of england|asic|apra|fma|finma|fsa|fsc|rbi|sebi|pboc|csrc|vara|amf|osc|sama)"
)
AUTHORITY: Final = (
    r"\b(?:parliament|senate|house|congress|council|councillors|commission|cabinet|government|ministry|ministers?"
    r"|lawmakers|legislators|legislature|assembly|mps|meps|senators|deputies|president|governor"
    rf"|voters|knesset|duma|commons|bundestag|bundesrat|lok sabha|rajya sabha|eu|brussels|{SUPERVISOR})\b"
)
STATES: Final = (
    r"\b(?:uk|us|britain|japan|china|india|russia|germany|france|italy|spain|hong kong|singapore|south korea)"
)
BODY: Final = rf"(?:{AUTHORITY}|{STATES} $)"
"""An authority, or a state when it stands right before the verb: a `UK bank` is neither."""

BENCH: Final = r"\b(?:courts?|judges?|justices|tribunal|jury|jurors|magistrates?|arbitrators?)\b"
PROSECUTOR: Final = r"\b(?:prosecutors?|police|attorney general|grand jury)\b"
OFFENCE: Final = (
    r"(?:breach\w*|violat\w*|breaking|fail\w*|flout\w*|misle\w*|lapses|misconduct|infring\w*|offences|shortcomings"
    r"|manipulat\w*|abus\w*)"
)
WORD: Final = r"[\w'\u2019.,&/%$\u20ac\u00a3-]{1,30}"
BROKEN: Final = (
    "to|for|with|by|after|before|under|amid|despite|because|that|which|who|as|from|against|over|into|but|while|when|if"
    "|at|on"
)
UNDECIDED: Final = (
    r"|drafts?|proposals?|proposed|position|report|opinion|plans?|ahead|backing|supporting|urging|following|including|of"
    r"|letters?|statement|memorandum"
)
GAP: Final = rf"(?:(?!(?:{BROKEN})\b){WORD} ){{0,8}}?"
DECIDED_GAP: Final = rf"(?:(?!(?:{BROKEN}{UNDECIDED})\b){WORD} ){{0,8}}?"
HELPED: Final = r"(?:was|were|has been|have been)(?: \w+ly| also| now| then)?"
COURT_SAYS: Final = (
    rf"{BENCH}(?! (?:hear|heard|hears|filings?|documents|papers)\b)"
    rf"(?: (?!(?:that|heard|hears|told|who|which)\b){WORD}){{0,6}} $"
)
CHAMBER: Final = (
    r"\b(?:(?<!white )(?<!clearing )house(?! committee)|senate|senators|commons|lords|bundestag|bundesrat|lok sabha"
    r"|rajya sabha|chamber of deputies|national assembly|(?:lower|upper) (?:house|chamber))\b"
)
CRIME: Final = (
    r"\b(?:fraud|theft|laundering|conspiracy|bribery|corruption|murder|manslaughter|insider|manipulation|embezzlement"
    r"|evasion|perjury|assault|racketeering|hacking|extortion|misconduct|crimes?|offences?|counts?)\b"
)
