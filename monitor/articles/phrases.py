"""Lines that stand around articles and belong to none, in the languages that feeds come in.

A sentence of an article that is lost is worse than three such lines kept: each pattern asks for more than a first word.
"""

from __future__ import annotations

import re

_NETWORKS = "(?:twitter|facebook|instagram|telegram|linkedin|youtube|tiktok|whatsapp|bluesky|mastodon|threads|x)"
_START = r"[\W_]{0,10}"
_END = r"[\W_]{0,10}$"
_NAME = r"(?-i:(?:[A-ZÀ-ÞŁŚŻŽŠČ]|\d)[\w.'’&-]{0,30})"
_NAMES = rf"{_NAME}(?: (?:{_NAME}|of|and|the|&)){{0,7}}"
_YEARS = r"(?:19|20)\d\d(?: ?[-–] ?\d{2,4})?"


def any_of(*phrases: str, start: str = "", end: str = "") -> re.Pattern[str]:
    """Return a pattern for any of these, whatever their case, with what must stand before and behind each."""
    return re.compile(f"{start}(?:{'|'.join(phrases)}){end}", re.IGNORECASE)


ALONE = any_of(
    r"comments?|e-?mail|tweet|pin it|save|copy link|share on \w{1,30}|follow us|thank you|newsletter|loading",
    r"share(?: this)?(?: (?:article|story|post|page))?|print(?: (?:article|this))?|(?:order )?reprints",
    r"advertisement|advertising|sponsored(?: content)?|promoted|watch(?: now)?|listen|photos?|video|gallery",
    r"anzeige|werbung|teilen|drucken|kommentare?",
    r"publicité|partager|commentaires?",
    r"publicidad|compartir|comentarios?|publicidade|compartilhar|comentários?|pubblicità|condividi|commenti",
    r"advertentie|reclame|delen|reacties|reklama|udostępnij|komentarze|реклама|поделиться|комментарии",
    start=_START,
    end=r"[\W_]{0,10}",
)
"""A whole paragraph of one of these words is a button."""

LEAD = any_of(
    r"related(?: (?:articles?|stories|story|posts?|content|news|coverage|topics|video|links?))?",
    r"(?:read|see|watch) (?:more|also|next|now)(?: \w{1,30}){0,4}|also (?:read|on this)(?: \w{1,30}){0,4}",
    r"must[- ]reads?",
    r"more (?:on this|from|stories)(?: \w{1,30}){0,4}|read|more|further reading|what to read next",
    r"in case you missed it",
    r"recommended(?: (?:for you|reading|stories|articles))?|top stories|latest (?:news|stories|headlines)",
    r"most (?:read|popular|viewed)(?: \w{1,30}){0,4}|popular (?:on|in|now|stories)(?: \w{1,30}){0,3}",
    r"trending(?: \w{1,30}){0,3}",
    r"don[’']?t miss|you (?:may|might) (?:also )?(?:like|be interested in)|editor[’']?s[’']? (?:picks?|choice)",
    r"(?:lesen sie|mehr zum|das könnte)(?: \w{1,30}){1,5}|mehr dazu|zum thema|siehe auch",
    r"(?:à |a )?lire (?:aussi|également)|(?:sur le|voir) (?:même sujet|aussi)",
    r"(?:lea|lee|vea|ver) también|te puede interesar|más (?:noticias|información)|noticias relacionadas",
    r"(?:você pode gostar|leia (?:também|mais))(?:\.\.\.)?|veja também|saiba mais|notícias relacionadas",
    r"leggi anche|potrebbe interessarti",
    r"lees ook|czytaj (?:też|także|również)|zobacz (?:też|także)|читайте (?:также|ещё)|по теме",
    r"関連記事|あわせて読みたい|相关阅读|延伸阅读",
    start=_START,
    end=r"\s?(?:[:\uff1a|]|$)",
)
"""Words that may lead to other articles; whether they do is told by the links behind them."""

FURNITURE = any_of(
    rf"© ?(?:{_YEARS}|{_NAMES})",
    rf"(?:copyright|\(c\)),? ?(?:(?:©|\(c\)) ?)?{_YEARS},? (?:by )?{_NAMES}(?:[.,|]|{_END})",
    rf"copyright ?(?:©|\(c\)) ?(?:{_YEARS}|{_NAMES})|copyright {_NAMES},? {_YEARS}(?:{_END}| [-–—|])",
    rf"(?:all rights reserved|alle rechte vorbehalten|tous droits réservés)(?:\.|{_END})",
    r"(?:todos los derechos reservados|todos os direitos reservados|tutti i diritti riservati)"
    rf"(?:\.|{_END})",
    rf"(?:follow|like|find|join) (?:us|me|him|her|them|our|@\w{{1,30}}|(?:the )?{_NAME})(?: [^.?!]{{0,80}})? ?\bon "
    rf"{_NETWORKS}\b(?:[\s,()&.!]|and\b|or\b|@\w{{1,30}}|{_NETWORKS}\b){{0,40}}$",
    rf"(?:folgen sie uns|suivez-nous|síguenos|siga-nos|seguici|volg ons)\b.{{0,60}}\b{_NETWORKS}\b",
    r"(?:please )?(?:sign up|subscribe|register)(?: (?:now|today|here|free))?(?:[:,]| (?:for|to|and|with|by)\b)"
    r".{0,80}\b(?:newsletters?|inbox)\b",
    rf"(?:please )?(?:sign up|subscribe|register) (?:today|now|here){_END}",
    r"get .{0,60}\b(?:(?:in(?:to)?|to|through) your (?:inbox|letterbox)|our .{0,30}newsletters?)\b",
    rf"(?:jetzt )?abonnieren sie .{{0,60}}newsletter|(?:jetzt|newsletter) abonnieren{_END}",
    r"(?:abonnez-vous|inscrivez-vous)\b.{0,60}(?:newsletter|lettre)|suscríbete\b.{0,60}(?:newsletter|boletín)",
    r"(?:inscreva-se|assine)\b.{0,60}newsletter|iscriviti alla .{0,40}newsletter|schrijf je in .{0,40}nieuwsbrief",
    r"zapisz się .{0,40}newsletter",
    rf"(?:leave|post|add|write) a (?:comment|reply)(?: below)?{_END}|join the (?:conversation|discussion){_END}",
    rf"comments (?:are|have been) (?:now )?closed{_END}",
    rf"(?:view|show|see|read|load) (?:\d{{1,6}}|all|the|more) comments{_END}",
    r"this copy is for your (?:personal|private)|this (?:article|story) has been sent to" + _END,
    r"please (?:enable|turn on) javascript|your browser does not support (?:the |this )?(?:html5|video|audio|iframe)",
    r"if you (?:buy|purchase|click)\b.{0,60}\b(?:links?|post|site|page)\b.{0,40}"
    r"\b(?:earn\b.{0,40}\bcommission|get a share of (?:the|any) sale)",
    r"we (?:(?:may|might|could|can) )?earn\b.{0,40}\bcommission",
    r"this (?:post|article|page) (?:may )?contains? affiliate links",
    rf"\d{{1,3}} ?min(?:ute)?s?\.?(?:[- ]read| to read){_END}",
    r"(?:(?:estimated )?reading time|lesezeit|temps de lecture|leestijd|tempo (?:de leitura|di lettura)|"
    rf"tiempo de lectura)\W{{1,3}}\d{{1,3}}(?: ?\w{{1,10}})?{_END}",
    rf"(?:continue|keep) reading(?: below)?{_END}",
    rf"(?:article|story) continues (?:below|after)(?: (?:this )?(?:advertisement|ad|video))?{_END}",
    start=_START,
)
"""Short paragraphs that begin so are furniture wherever they stand."""

EDGES = any_of(
    rf"(?:e-?mail|write to|contact|reach)(?: (?:us|me|him|her|{_NAMES}))?(?: (?:at|on|via)|:)? [\w.+-]{{1,60}}@",
    r"(?:have|got) (?:a |any )?(?:news )?tips?(?: for us)?\?",
    r"(?:please )?(?:sign up (?:for|to)|subscribe to|register for) (?:our|the) .{0,80}"
    r"\b(?:channel|podcast|(?:e-?mail|news) (?:alerts|updates))\b",
    r"(?:click|tap) here (?:to (?:subscribe|sign up|join|register|download|get|read|see|view|watch|listen)|for more)\b",
    rf"(?:download|get) (?:the|our) .{{0,40}}\bapps?{_END}",
    r"(?:tell|let) us (?:know )?what you think\b|what do you think\?.{0,40}\bcomments?\b",
    rf"an error (?:has )?occurred(?:, please\b.{{0,40}}|\. please\b.{{0,40}}|{_END})",
    start=_START,
)
"""Short paragraphs that begin so are furniture near the beginning or the end of a text."""

QUOTED = re.compile(r"[\"“”„«»]|^\W{0,3}[‘']")
REPORTED = re.compile(
    r"\b(?:said|says|told|tells|ruled|warned|warns|admitted|found|heard|argued|according to|sagte|a déclaré|dijo)\b",
    re.IGNORECASE,
)
"""What somebody said, wrote or decided: a line of an article, however it begins."""

STAMP = any_of(
    r"(?:first|last|originally|published|updated|posted|modified|revised|zuletzt|veröffentlicht|aktualisiert|stand)",
    r"(?:publié|mis|jour|publicado|actualizado|atualizado|pubblicato|aggiornato|gepubliceerd|bijgewerkt)",
    r"(?:on|at|am|pm|a\.m|p\.m|um|uhr|le|à|a|el|las|de|il|alle|op|om|and|und|et|h|date|time|o['’]clock)",
    r"(?:gmt|utc|bst|cet|cest|e[sd]?t|c[sd]t|m[sd]t|p[sd]?t|ist|jst|hkt|sgt|aest|aedt|z)(?:[+-]\d{1,2}(?::?\d\d)?)?",
    r"(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)|(?:mon|tues|wednes|thurs|fri|satur|sun)day",
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|okt|dez|mrt|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|out",
    r"january|february|march|april|may|june|july|august|september|october|november|december",
    r"januar|februar|märz|mai|juni|juli|oktober|dezember|januari|februari|maart|mei|augustus",
    r"janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre",
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
    r"janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro",
    r"gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre",
    r"\d{1,2}(?:st|nd|rd|th|er)?|\d{1,2}(?::|h)\d\d(?::\d\d)?(?:h|am|pm|z)?|\d{1,2}(?:am|pm)|(?:19|20)\d\d",
    r"\d{1,2}([./-])\d{1,2}\1(?:(?:19|20)\d\d|\d\d)|(?:19|20)\d\d([./-])\d\d\2\d\d",
    r"(?:19|20)\d\d-\d\d-\d\dt\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?",
    r"[|–—•·-]",
)
"""A word of a line that only says when the text was put there."""

DATE = any_of(
    r"\d{1,2}([./-])\d{1,2}\1\d{2,4}|(?:19|20)\d\d[./-]\d\d[./-]\d\d",
    r"\d{1,2}(?:st|nd|rd|th|er|\.)? (?:de )?[^\W\d_]{3,12}\.?,? (?:de )?(?:19|20)\d\d",
    r"[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d",
    start=r"\b",
    end=r"(?!\d)",
)
"""A day of a year; a line without one is no time stamp."""

BY = any_of("by", "von", "par", "por", "di", "door")
