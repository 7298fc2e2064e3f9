"""Lines that stand around articles and belong to none, in the languages that feeds come in.

Each begins as given here; an article's own sentence rarely does, and never a short one.
"""

from __future__ import annotations

import re


def _starting(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"[\W_]*(?:" + "|".join(phrases) + ")", re.IGNORECASE)


ALONE = re.compile(
    r"[\W_]*(?:comments?|share(?: this)?(?: (?:article|story|post|page))?|print(?: (?:article|this))?|e-?mail|tweet|pin it|"
    r"save|copy link|order reprints|reprints|advertisement|advertising|sponsored(?: content)?|promoted|loading|thank you|"
    r"newsletter|follow us|watch(?: now)?|listen|photos?|video|gallery|share on \w+|"
    r"anzeige|werbung|teilen|drucken|kommentare?|publicité|partager|commentaires?|publicidad|compartir|comentarios?|"
    r"publicidade|compartilhar|comentários?|pubblicità|condividi|commenti|advertentie|reclame|delen|reacties|реклама|"
    r"поделиться|комментарии|reklama|udostępnij|komentarze)[\W_]*",
    re.IGNORECASE,
)
"""A whole paragraph of one of these words is a button."""

LEAD = re.compile(
    r"[\W_]*(?:related(?: (?:articles?|stories|story|posts?|content|news|coverage|topics|video|links?))?|"
    r"(?:read|see|also|watch|more) (?:more|also|next|now|read|on this|from|stories)?(?: \w+){0,4}|must[- ]reads?|"
    r"read|more|more:|further reading|recommended(?: (?:for you|reading|stories|articles))?|most (?:read|popular|viewed)"
    r"(?: \w+){0,4}|popular (?:on|in|now|stories)(?: \w+){0,3}|trending(?: \w+){0,3}|latest (?:news|stories|headlines)|"
    r"don[’']?t miss|you (?:may|might) (?:also )?(?:like|be interested in)|what to read next|in case you missed it|"
    r"editor[’']?s[’']? (?:picks?|choice)|top stories|"
    r"(?:lesen sie|mehr zum|das könnte)(?: \w+){1,5}|mehr dazu|zum thema|siehe auch|"
    r"(?:à |a )?lire (?:aussi|également)|(?:sur le|voir) (?:même sujet|aussi)|"
    r"(?:lea|lee|vea|ver) también|te puede interesar|más (?:noticias|información)|noticias relacionadas|"
    r"leia (?:também|mais)|veja também|saiba mais|notícias relacionadas|"
    r"leggi anche|potrebbe interessarti|lees ook|czytaj (?:też|także|również)|zobacz (?:też|także)|"
    r"читайте (?:также|ещё)|по теме|関連記事|あわせて読みたい|相关阅读|延伸阅读)\s*(?::|：|\||$)",
    re.IGNORECASE,
)
"""Words that lead to other articles: with a colon before one, or alone over a list of them."""

FURNITURE = _starting(
    r"©|\(c\) ?\d{4}|copyright\b.{0,20}(?:\d{4}|©)|all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati",
    r"(?:follow|like|join|find) .{0,80}\bon (?:twitter|facebook|instagram|telegram|linkedin|youtube|tiktok|x\b|whatsapp)",
    r"(?:folgen sie|suivez|síguenos|siga|seguici|volg ons)\b.{0,60}\b(?:twitter|facebook|instagram|telegram|linkedin|youtube)",
    r"(?:e-?mail|write to|contact|reach) .{0,80}@",
    r"(?:have|got) (?:a |any )?(?:news )?tips?\b",
    r"(?:please )?(?:sign up|subscribe|register)\b.{0,80}(?:newsletter|inbox|e-?mail (?:alerts|updates)|updates|channel|podcast|today\W*$|now\W*$|here\W*$)",
    r"get .{0,60}(?:newsletter|in(?:to)? your inbox|to your inbox|delivered (?:to|through))",
    r"(?:jetzt |hier )?(?:abonnieren sie|newsletter abonnieren)|(?:abonnez-vous|inscrivez-vous)\b|suscríbete|inscreva-se|"
    r"assine\b.{0,40}newsletter|iscriviti alla|schrijf je in|zapisz się",
    r"click here (?:to|for)\b|tap here to|download (?:the|our) .{0,40}\bapps?\b|get the .{0,40}\bapp\b",
    r"(?:leave|post|add|write) a (?:comment|reply)|join the (?:conversation|discussion)|(?:tell us )?what (?:do )?you think|"
    r"let us know what you think|comments (?:are|have been) closed|(?:view|show|see|read|load) (?:\d+|all|the|more) comments",
    r"this (?:copy|article|story|content) (?:is for your (?:personal|private)|has been sent to)",
    r"an error (?:has )?occurred|(?:please )?(?:enable javascript|turn on javascript)|your browser does not support",
    r"if you (?:buy|purchase|click).{0,60}(?:link|post|site|page).{0,80}(?:commission|share|paid|earn)",
    r"(?:we|this (?:post|article|page|story)) (?:may|might|could|can)? ?(?:earn|receive|contains?|include).{0,60}"
    r"(?:commission|affiliate)",
    r"\d+ ?(?:min(?:ute)?s?\.?)(?:[- ]read| to read)|(?:estimated )?reading time|tempo (?:de leitura|di lettura)|lesezeit|"
    r"temps de lecture|tiempo de lectura|leestijd",
    r"(?:continue|keep) reading(?: below)?\W*$|(?:article|story) continues (?:below|after)",
)
"""Paragraphs that begin so, and are short, are furniture wherever they stand."""

STAMP = re.compile(
    r"[\W_]*(?:(?:first |last |originally )?(?:published|updated|posted|modified|revised)|veröffentlicht|aktualisiert|stand|"
    r"publié|mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd)\b(?=.*\d).{0,80}|"
    r"[\W_]*\d{1,2}[:.]\d\d\b.{0,40}\b(?:19|20)\d\d.{0,40}|[\W_]*(?:19|20)\d\d-\d\d-\d\d(?:[T ][\d:.,]+.{0,6})?|"
    r"[\W_]*\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d\b.{0,60}",
    re.IGNORECASE,
)
"""A line that only says when the text was put there."""
