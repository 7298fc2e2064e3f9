"""Lines that stand around articles and belong to none, in the languages that feeds come in.

Each begins as given here; an article's own sentence rarely does, and never a short one.
"""

from __future__ import annotations

import re

_NETWORKS = "(?:twitter|facebook|instagram|telegram|linkedin|youtube|tiktok|whatsapp|bluesky|mastodon|threads|x)"


def any_of(*phrases: str, start: str = "", end: str = "") -> re.Pattern[str]:
    """Return a pattern for any of these, whatever their case, with what must stand before and behind each."""
    return re.compile(f"{start}(?:{'|'.join(phrases)}){end}", re.IGNORECASE)


ALONE = any_of(
    r"comments?|e-?mail|tweet|pin it|save|copy link|share on \w+|follow us|thank you|newsletter|loading",
    r"share(?: this)?(?: (?:article|story|post|page))?|print(?: (?:article|this))?|(?:order )?reprints",
    r"advertisement|advertising|sponsored(?: content)?|promoted|watch(?: now)?|listen|photos?|video|gallery",
    r"anzeige|werbung|teilen|drucken|kommentare?",
    r"publicité|partager|commentaires?",
    r"publicidad|compartir|comentarios?|publicidade|compartilhar|comentários?|pubblicità|condividi|commenti",
    r"advertentie|reclame|delen|reacties|reklama|udostępnij|komentarze|реклама|поделиться|комментарии",
    start=r"[\W_]*",
    end=r"[\W_]*",
)
"""A whole paragraph of one of these words is a button."""

LEAD = any_of(
    r"related(?: (?:articles?|stories|story|posts?|content|news|coverage|topics|video|links?))?",
    r"(?:read|see|watch) (?:more|also|next|now)(?: \w+){0,4}|also (?:read|on this)(?: \w+){0,4}|must[- ]reads?",
    r"more (?:on this|from|stories)(?: \w+){0,4}|read|more|further reading|what to read next|in case you missed it",
    r"recommended(?: (?:for you|reading|stories|articles))?|top stories|latest (?:news|stories|headlines)",
    r"most (?:read|popular|viewed)(?: \w+){0,4}|popular (?:on|in|now|stories)(?: \w+){0,3}|trending(?: \w+){0,3}",
    r"don[’']?t miss|you (?:may|might) (?:also )?(?:like|be interested in)|editor[’']?s[’']? (?:picks?|choice)",
    r"(?:lesen sie|mehr zum|das könnte)(?: \w+){1,5}|mehr dazu|zum thema|siehe auch",
    r"(?:à |a )?lire (?:aussi|également)|(?:sur le|voir) (?:même sujet|aussi)",
    r"(?:lea|lee|vea|ver) también|te puede interesar|más (?:noticias|información)|noticias relacionadas",
    r"leia (?:também|mais)|veja também|saiba mais|notícias relacionadas|leggi anche|potrebbe interessarti",
    r"lees ook|czytaj (?:też|także|również)|zobacz (?:też|także)|читайте (?:также|ещё)|по теме",
    r"関連記事|あわせて読みたい|相关阅读|延伸阅读",
    start=r"[\W_]*",
    end=r"\s*(?:[:\uff1a|]|$)",
)
"""Words that lead to other articles: with a colon before one, or alone over a list of them."""

FURNITURE = any_of(
    r"©|\(c\) ?\d{4}|copyright\b.{0,20}(?:\d{4}|©)|all rights reserved|alle rechte vorbehalten|tous droits réservés",
    r"todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati",
    rf"follow .{{0,80}}\bon {_NETWORKS}\b|(?:like|find|join) us .{{0,20}}\bon {_NETWORKS}\b",
    rf"(?:folgen sie|suivez|síguenos|siga-nos|seguici|volg ons)\b.{{0,60}}\b{_NETWORKS}\b",
    r"(?:e-?mail|write to|contact|reach) .{0,80}@|(?:have|got) (?:a |any )?(?:news )?tips?\b",
    r"(?:please )?(?:sign up|subscribe|register)\b.{0,80}(?:newsletter|inbox|(?:e-?mail )?(?:alerts|updates)|podcast)",
    r"(?:please )?(?:sign up|subscribe)\b.{0,80}(?:channel|(?:today|now|here)\W*$)",
    r"get .{0,60}(?:newsletter|in(?:to)? your inbox|to your inbox|delivered (?:to|through))",
    r"(?:jetzt )?(?:abonnieren sie|newsletter abonnieren)|(?:abonnez-vous|inscrivez-vous)\b|suscríbete|inscreva-se",
    r"assine\b.{0,40}newsletter|iscriviti alla|schrijf je in|zapisz się",
    r"(?:click|tap) here (?:to|for)\b|download (?:the|our) .{0,40}\bapps?\b|get the .{0,40}\bapp\b",
    r"(?:leave|post|add|write) a (?:comment|reply)|join the (?:conversation|discussion)",
    r"(?:tell|let) us (?:know )?what you",
    r"what do you think\?.{0,40}\bcomments?\b|comments (?:are|have been) closed",
    r"(?:view|show|see|read|load) (?:\d+|all|the|more) comments",
    r"this (?:copy|article|story|content) (?:is for your (?:personal|private)|has been sent to)",
    r"an error (?:has )?occurred",
    r"(?:please )?(?:enable|turn on) javascript|your browser does not support",
    r"if you (?:buy|purchase|click).{0,60}(?:link|post|site|page).{0,80}(?:commission|share|paid|earn)",
    r"(?:we|this (?:post|article|page)) (?:(?:may|might|could|can) )?(?:earn|receive|contains?).{0,60}"
    r"(?:commission|affiliate)",
    r"\d+ ?min(?:ute)?s?\.?(?:[- ]read| to read)|(?:estimated )?reading time|lesezeit|temps de lecture|leestijd",
    r"tempo (?:de leitura|di lettura)|tiempo de lectura",
    r"(?:continue|keep) reading(?: below)?\W*$|(?:article|story) continues (?:below|after)",
    start=r"[\W_]*",
)
"""Paragraphs that begin so, and are short, are furniture wherever they stand."""

STAMP = any_of(
    r"(?:first |last |originally )?(?:published|updated|posted|modified|revised)\b(?=.*\d).{0,80}",
    r"(?:veröffentlicht|aktualisiert|stand|publié|mis à jour)\b(?=.*\d).{0,80}",
    r"(?:publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd)\b(?=.*\d).{0,80}",
    r"\d{1,2}[:.]\d\d\b.{0,40}\b(?:19|20)\d\d.{0,40}|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d\b.{0,60}",
    r"(?:19|20)\d\d-\d\d-\d\d(?:[T ][\d:.,]+.{0,6})?",
    start=r"[\W_]*",
)
"""A line that only says when the text was put there."""
