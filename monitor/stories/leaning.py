"""A sentence → whether it makes sense only behind the one before it: "He", "However", "The vote".

By how it begins; the starts differ by language: `il` is `he` in French and `the` in Italian.
"""

from __future__ import annotations

import re
from typing import Final

_ENGLISH: Final = "en"

_STARTS: Final = {
    code: re.compile(rf"\W{{0,3}}(?:{'|'.join(words.split())})\b".replace("_", " "), re.IGNORECASE)
    for code, words in {
        "en": """
            he she it they that these those his her its their theirs him them both neither others another such however
            but and or nor yet so(?!_far) also meanwhile still then thus therefore moreover furthermore instead hence
            nevertheless nonetheless additionally besides consequently otherwise similarly likewise conversely later
            afterwards? earlier elsewhere indeed rather too not there here now even_so either as_a_result
            this(?!_(?:week|month|year|morning|afternoon|evening|spring|summer|autumn|fall|winter|weekend|quarter))
            (?:in|by)_(?:addition|contrast|comparison|turn|response|return|particular|fact|other_words|short)
            (?:as|for)_(?:such|example|instance|that|this|now) (?:at|after)_(?:that|this|the_same)
            on_the_(?:other_hand|contrary) (?:because|in_spite|instead|one)_of_(?:this|that|it|them|those)
            the_(?:latter|former|move|two|pair|same|others?|changes?|figure|announcement|latest_move)
            the_(?:text|vote|meeting|decision|ruling|measure|plan|desk)(?!_(?:of|to|by|for|from|between|in|that|on|at)_)
            one_(?:said|says|told|was|is|had|has|added|called|of_(?:them|these|those))
            """,
        "de": """
            er sie es dies(?:e[rsmn]?)? doch aber und jedoch allerdings zudem außerdem dabei damit deshalb dennoch
            dagegen darum daher trotzdem ihre? seine? so auch dann denn dort darin beide
            """,
        "fr": """
            ils? elles? cela ça ce cet cette ces c['’]est mais et or cependant toutefois pourtant ainsi donc néanmoins
            son sa ses leurs? par_ailleurs en_outre de_plus en_revanche ensuite puis alors aussi
            """,
        "es": """
            él ella ellos ellas ello est[eao]s? es[eao]s? pero y sin_embargo además no_obstante así también
            por_(?:eso|ello|tanto|otra_parte) sus? luego entonces aunque
            """,
        "pt": """
            eles? elas? isto isso ess[ea]s? est[ea]s? mas e no_entanto além_disso porém contudo assim também por_isso
            seus? suas? depois então
            """,
        "it": """
            lui lei egli ella ess[aoie] loro quest[aoie] quell[aoie] ma e però tuttavia inoltre così infatti quindi
            invece poi anche ciò suoi? sue
            """,
    }.items()
}

# "After the bank collapsed, it ..." says itself who is meant; an opening of time or place does not.
_BEHIND_OPENING = re.compile(
    r"\W{0,3}(?:over|within|in|during|for|on|at|by|since|until|under|from|last|this|instead)\b"
    r"(?: [\w'\u2019-]{1,20}){1,6}, (?:he|she|it|they)\b",
    re.IGNORECASE,
)


def leans(sentence: str, language: str | None = None) -> bool:
    """Hold for a sentence that makes no sense without the one before it; never in a language without a list."""
    code = (language or _ENGLISH).partition("-")[0].lower()
    starts = _STARTS.get(code)
    if starts is None:
        return False
    return bool(starts.match(sentence) or (code == _ENGLISH and _BEHIND_OPENING.match(sentence)))
