"""The words of pages that stand in an article's place, in the languages that feeds come in.

Each pattern finds one weak sign; `doubts.py` says how many make a doubt, and in how short a text.
"""

from __future__ import annotations

import re

from monitor.articles.phrases import any_of

_ASKED_FOR = (
    r"(?:\W+(?:you(?:[’']re|[’']ve)?|we|that|which|this|it|is|are|was|were|may|might|can|could|has|have|had|been|the|at|"
    r"looking|searching|for|request(?:ed|ing)?|asked|tried|trying|want(?:ed)?|to|see|read|view|access|open|reach|visit|"
    r"find|found|here|sorry|requested|no|either|or)){0,12}?\W+"
)
_ASKED_FOR = (
    r"(?:\W+(?:you(?:[’']re|[’']ve)?|we|that|which|this|it|is|are|was|were|may|might|can|could|has|have|had|been|the|at|"
    r"looking|searching|for|request(?:ed|ing)?|asked|tried|trying|want(?:ed)?|to|see|read|view|access|open|reach|visit|"
    r"find|found|here|sorry|requested|no|either|or)){0,12}?\W+"
)
GONE = any_of(
    rf"\b(?:page|article|story|content|url){_ASKED_FOR}not (?:be )?found\b(?! to\b)",
    rf"\b(?:page|article|story|content|url){_ASKED_FOR}no longer (?:available|exists?)",
    rf"\b(?:page|article|story|content|url){_ASKED_FOR}(?:doesn[’']t|does not) exist",
    rf"\b(?:page|article|story|content|url){_ASKED_FOR}(?:removed|deleted)",
    r"\b404\W{1,3}(?:error|page|not found|file)|^\W*(?:404|(?:404\W+)?not found)\W*$",
    r"(?:couldn[’']t|could not|can[’']t|cannot) find (?:the|that|this) (?:page|article|story)",
    r"\b(?:error|fehler|erreur|erro|errore|ошибка) 404\b",
    r"seite (?:wurde |konnte )?nicht gefunden",
    r"(?:seite|artikel|inhalt)\b.{0,20} (?:existiert nicht|nicht mehr verfügbar)",
    r"page (?:introuvable|non trouvée|n[’']existe (?:pas|plus))|(?:page|article|contenu) n[’']est plus disponible",
    r"página (?:no (?:encontrada|existe|disponible)|não (?:encontrada|existe))|no se (?:ha )?encontr\w+ la página",
    r"pagina (?:non trovata|niet gevonden)|nie znaleziono strony|strona nie (?:istnieje|została znaleziona)",
    r"страница не найдена|ページが見つかりません|お探しのページ|页面不存在|找不到.{0,6}页面",
)
SCRIPT = any_of(
    r"(?:enable|activate|turn on|requires?|allow|without) (?:javascript|js\b)",
    r"javascript (?:is|seems to be|must be|and) |checking (?:your browser|if the site connection)",
    r"verif(?:y|ying) (?:that )?you(?: are|[’']re) (?:a )?human|unusual (?:traffic|activity) from your",
    r"complete the (?:captcha|security check)|access to this page has been denied|you are not a robot",
    r"javascript (?:zu )?aktivieren|javascript ist deaktiviert|aktivieren sie (?:bitte )?javascript",
    r"ihr browser wird überprüft|activer (?:le )?javascript|javascript est désactivé|vérification de votre navigateur",
    r"(?:habilit(?:ar|e)|activ(?:ar|e)|ativ(?:ar|e)) (?:o |el )?javascript|abilita(?:re)? javascript",
    r"schakel javascript in|włącz(?:yć)? (?:obsługę )?javascript|включите javascript|javascriptを有効",
)
CHALLENGE = any_of(
    r"just a moment|attention required|ddos protection|access denied|security check|pardon our interruption",
    r"einen moment|un instant|un momento|robot check|are you a robot",
    start=r"\W*",
    end=r"(?:\W+(?:please(?: wait)?|bitte|error|s[’']il vous plaît|por favor|\d{3})){0,2}\W*",
)
"""A whole headline of such a page; an article's goes on behind these words."""

_PARTNERS = (
    r"\bour (?:[\d.,]+ )?(?:\w+ )?partners|unsere[nr]? (?:[\d.]+ )?partner|nos (?:\d+ )?partenaires",
    r"nuestros (?:\d+ )?socios|nossos (?:\d+ )?parceiros|i nostri (?:\d+ )?partner|onze (?:\d+ )?partners",
    r"naszych (?:\d+ )?partnerów",
)
_ACCEPT = (
    r"(?:accept|agree to|allow) all|alle akzeptieren|accepter et|tout accepter|\baceptar|\baceitar|\baccetta",
    r"alles accepteren|\bakceptuj",
)
_REFUSE = (
    r"(?:reject|refuse|decline) all|alle ablehnen|tout refuser|continuer sans accepter|\brechazar|\brejeitar|\brifiuta",
    r"alles weigeren|odrzuć",
)
_MANAGE = (
    r"manage (?:my |your )?(?:options|preferences|choices|settings|cookies)|privacy (?:choices|settings)",
    r"einstellungen verwalten|paramétrer|configurar",
)
CONSENT = (
    any_of(r"\bcookies?\b"),
    any_of(
        r"\bconsent\b|zustimm(?:en|ung)|einwillig(?:en|ung)|consentement|consentimiento|consentimento|consenso",
        r"toestemming|zgod[ęyą]",
    ),
    any_of(r"your privacy|privacy policy|datenschutz|vie privée|privacidade?|prywatnoś"),
    any_of(r"personali[sz]ed ads|personalisierte werbung|legitimate interest|berechtigtes interesse"),
    any_of(*_PARTNERS),
    any_of(*_ACCEPT),
    any_of(*_REFUSE),
    any_of(*_MANAGE),
)
"""What walls of terms speak of, each in all its spellings: an article about cookies says few of these things."""

CONSENT_BUTTON = any_of(*_ACCEPT, *_REFUSE, *_MANAGE, start=r"(?:\A|[\n.!?:,|]\s*)(?:[-•*]\s*)?")
"""A button's words begin a line or a sentence; an article about buttons has them in the middle of one, or in quotes."""

CONSENT_ADDRESS = any_of(
    *_PARTNERS,
    r"\byour (?:consent|privacy|choices?|preferences|device)\b|\bwe value your|ihre[rnm]? (?:einwilligung|zustimmung)",
    r"ihre[r]? privatsphäre|votre (?:consentement|vie privée|appareil)|\b(?:su|tu) (?:consentimiento|privacidad)",
    r"(?:seu|teu) consentimento|sua privacidade|tuo consenso|tua privacy|uw (?:toestemming|privacy)|twoj[ąa] zgod",
)
"""A wall speaks to its reader of itself."""

CONSENT_HEAD = any_of(
    r"before you continue(?: to \w+)?|(?:we (?:value|respect|care about) )?your (?:privacy|consent)(?: \w+){0,3}",
    r"cookies?(?: (?:consent|settings|policy|notice|preferences))?|consent",
    r"privacy(?: (?:choices|gate|center|settings))?",
    r"(?:wir (?:schätzen|achten) )?ihre (?:privatsphäre|einwilligung)(?: \w+){0,3}",
    r"datenschutz(?:einstellungen|hinweise?)?|zustimmung(?: \w+){0,3}",
    r"(?:le respect de )?votre vie privée(?: \w+){0,4}|vie privée|votre consentement",
    r"(?:valoramos )?(?:su|tu) privacidad|(?:a )?sua privacidade|la tua privacy|uw privacy",
    start=r"\W*",
    end=r"\W*",
)
"""A whole headline of a wall of terms."""

LOGIN = any_of(
    r"(?:sign|log) ?in to (?:continue|your|read|view)|forgot(?:ten)? (?:your )?password",
    r"(?:please|you must|need to) (?:be logged in|log ?in|sign in)",
    r"passwort vergessen|angemeldet bleiben|bitte (?:melden sie sich an|anmelden|einloggen)",
    r"mot de passe oublié|(?:connectez|identifiez)-vous pour",
    r"olvid(?:ó|aste|ado) (?:su|tu|la) contraseña|inici(?:a|e|ar) sesión para|esqueceu (?:a|sua) senha",
    r"password dimenticata|wachtwoord vergeten|nie pamiętasz hasła|забыли пароль",
)
LOGIN_WORDS = any_of(r"remember me|create an account|créer un compte")
"""Words of a login page that other texts have too."""

HEAD_PARTS = re.compile(r"\s+[|–—·»-]+\s+|\s*\|\s*")
"""What stands between a headline and the name of its site."""

PAYWALL = any_of(
    r"subscribe (?:now |today )?(?:to|and) (?:continue|read|unlock|keep|get (?:full|unlimited))",
    r"(?:continue|keep) reading (?:this|the full|with|for|by)|to (?:continue|keep) reading",
    r"already (?:a |have a )?subscri",
    r"(?:for|to) (?:our )?(?:paying |premium )?subscribers only|subscriber[- ]only",
    r"(?:exclusive|only) (?:for|to) (?:our )?subscribers|unlock (?:this|the full|unlimited)",
    r"register (?:for free )?to (?:continue|read|unlock)|to read the (?:full|whole|rest of)",
    r"(?:remaining|last|free) (?:free )?articles? (?:this|left|remaining)",
    r"reached your (?:free )?(?:article )?limit",
    r"(?:read|used|viewed) (?:all )?(?:of )?your (?:\w+ )?free (?:articles|stories)",
    r"(?:article|story|content) is (?:available |reserved )?(?:only )?(?:for|to) (?:paying )?(?:subscribers|members)",
    r"jetzt weiterlesen|weiterlesen mit|(?:nur|exklusiv) für (?:unsere )?abonnenten|diesen artikel (?:frei|weiter)",
    r"bereits abonnent|(?:artikel|inhalt) ist kostenpflichtig|mit .{0,20}abo weiterlesen|\babo abschließen",
    r"réservée? aux abonnés|déjà abonné|abonnez-vous pour|pour lire la suite|reste \d+ ?% de (?:cet )?article",
    r"(?:exclusivo|solo|sólo) para suscriptores|suscríbete para (?:seguir|continuar|leer)|para seguir leyendo",
    r"ya (?:eres|es) suscriptor|(?:exclusivo|conteúdo) para assinantes|já é assinante|assine para (?:continuar|ler)",
    r"riservato agli abbonati|sei già abbonato|abbonati per (?:continuare|leggere)|alleen voor abonnees|al abonnee",
    r"tylko dla (?:abonentów|subskrybentów)|только для подписчиков|有料会員|会員限定",
)
