"""The words of pages that stand in an article's place, in the languages that feeds come in.

Each pattern finds one weak sign; `doubts.py` says how many make a doubt, and in how short a text.
"""

from __future__ import annotations

import re


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


GONE = _any(
    r"\b(?:page|article|story|content|url)\b.{0,40}\b(?:not (?:be )?found|no longer (?:available|exists?)|"
    r"(?:doesn[’']t|does not) exist|(?:was|has been) (?:removed|deleted))|\berror 404\b|"
    r"\b404\W{1,3}(?:error|page|not found|file)|^\W*(?:404|(?:404\W+)?not found)\W*$|"
    r"(?:couldn[’']t|could not|can[’']t|cannot) find (?:the|that|this) (?:page|article|story)",
    r"seite (?:wurde |konnte )?nicht gefunden|seite existiert nicht|nicht mehr verfügbar|fehler 404",
    r"page (?:introuvable|non trouvée|n[’']existe (?:pas|plus))|erreur 404|n[’']est plus disponible",
    r"página (?:no (?:encontrada|existe|disponible)|não (?:encontrada|existe))|no se (?:ha )?encontr\w+ la página|"
    r"error 404|erro 404",
    r"pagina (?:non trovata|niet gevonden)|errore 404|nie znaleziono strony|strona nie (?:istnieje|została znaleziona)",
    r"страница не найдена|ошибка 404|ページが見つかりません|お探しのページ|页面不存在|找不到(?:该|您)?.{0,6}页面",
)
SCRIPT = _any(
    r"(?:enable|activate|turn on|requires?|allow|without) (?:javascript|js\b)|"
    r"javascript (?:is|seems to be|must be|and) |checking (?:your browser|if the site connection)|"
    r"verif(?:y|ying) (?:that )?you are (?:a )?human|(?:are you|not) a robot|unusual (?:traffic|activity) from your",
    r"javascript (?:aktivieren|ist deaktiviert|zu aktivieren)|aktivieren sie (?:bitte )?javascript|ihr browser wird überprüft",
    r"activer (?:le )?javascript|javascript est désactivé|vérification de votre navigateur",
    r"(?:habilitar|habilite|activar|active|ative|ativar) (?:o |el )?javascript|abilita(?:re)? javascript|"
    r"schakel javascript in|włącz(?:yć)? (?:obsługę )?javascript|включите javascript|javascriptを有効",
    r"verify you(?:[’']re| are) human|complete the (?:captcha|security check)|access (?:to this page )?(?:has been )?denied",
)
CHALLENGE = re.compile(
    r"^\W*(?:just a moment|attention required|ddos protection|access denied|security check|pardon our interruption|"
    r"einen moment|un instant|un momento|robot check|are you a robot)\b",
    re.IGNORECASE,
)
CONSENT = _any(
    r"\bcookies?\b|\bconsent\b|our (?:\d+ )?partners|(?:accept|reject|refuse|agree to) all|your privacy|"
    r"privacy (?:choices|settings|policy)|manage (?:options|preferences|choices|settings)|personali[sz]ed ads|"
    r"legitimate interest",
    r"zustimm(?:en|ung)|einwillig(?:en|ung)|datenschutz\w*|alle akzeptieren|unsere (?:\d+ )?partner|personalisierte werbung",
    r"accepter et|tout (?:accepter|refuser)|continuer sans accepter|nos (?:\d+ )?partenaires|vie privée|consentement",
    r"aceptar|rechazar todo|nuestros (?:\d+ )?socios|su privacidad|consentimiento|aceitar|rejeitar|nossos parceiros|"
    r"privacidade|consentimento",
    r"accetta(?: tutti)?|rifiuta|i nostri partner|consenso|alles accepteren|toestemming|onze partners|"
    r"akceptuj|zgod[ęyą]|naszych partnerów",
)
CONSENT_HEAD = _any(
    r"before you continue|your (?:privacy|consent)|cookie (?:consent|settings|policy|notice)|^\W*(?:cookies?|consent)\W*$|"
    r"privacy (?:choices|gate|center|settings)|ihre (?:privatsphäre|einwilligung)|datenschutz|zustimmung|vie privée|"
    r"votre consentement|su privacidad|sua privacidade|la tua privacy|uw privacy",
)
LOGIN = _any(
    r"(?:sign|log) ?in to (?:continue|your|read|view)|forgot(?:ten)? (?:your )?password|remember me|"
    r"(?:please|you must|need to) (?:be logged in|log ?in|sign in)|create an account",
    r"passwort vergessen|angemeldet bleiben|bitte (?:melden sie sich an|anmelden|einloggen)|"
    r"mot de passe oublié|se connecter|identifiez-vous|créer un compte|"
    r"olvid(?:ó|aste|ado) (?:su|tu|la) contraseña|iniciar sesión|inicie sesión|esqueceu (?:a|sua) senha|"
    r"password dimenticata|wachtwoord vergeten|nie pamiętasz hasła|забыли пароль",
)
PAYWALL = _any(
    r"subscribe (?:now |today )?(?:to|and) (?:continue|read|unlock|keep|get (?:full|unlimited))|"
    r"(?:continue|keep) reading (?:this|the full|with|for|by)|to (?:continue|keep) reading|"
    r"already (?:a |have a )?subscri|"
    r"(?:for|to) (?:our )?(?:paying |premium )?subscribers only|subscriber[- ]only|(?:exclusive|only) (?:for|to) "
    r"(?:our )?subscribers|unlock (?:this|the full|unlimited)|register (?:for free )?to (?:continue|read|unlock)|"
    r"(?:remaining|last|free) (?:free )?articles? (?:this|left|remaining)|reached your (?:free )?(?:article )?limit|"
    r"(?:read|used|have) (?:all )?(?:your|\d+ (?:of \d+ )?) ?free (?:articles|stories)|to read the full (?:story|article)",
    r"jetzt weiterlesen|weiterlesen mit|(?:nur|exklusiv) für (?:unsere )?abonnenten|diesen artikel (?:frei|weiter)|"
    r"bereits abonnent|(?:artikel|inhalt) (?:ist |sind )?kostenpflichtig|mit .{0,20}abo weiterlesen|\babo abschließen",
    r"réservée? aux abonnés|déjà abonné|abonnez-vous pour|pour lire la suite|il vous reste \d+ ?% de (?:cet )?article|"
    r"la suite est réservée",
    r"(?:exclusivo|solo|sólo) para suscriptores|suscríbete para (?:seguir|continuar|leer)|para seguir leyendo|"
    r"¿?ya (?:eres|es) suscriptor|(?:exclusivo|conteúdo) para assinantes|já é assinante|assine para (?:continuar|ler)",
    r"riservato agli abbonati|sei già abbonato|abbonati per (?:continuare|leggere)|alleen voor abonnees|al abonnee|"
    r"tylko dla (?:abonentów|subskrybentów)|только для подписчиков|この記事は有料会員|会員限定",
)
