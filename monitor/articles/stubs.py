"""The words of pages that stand in an article's place, in the languages that feeds come in.

Each pattern finds one weak sign; `doubts.py` says how many make a doubt, and in how short a text.
"""

from __future__ import annotations

from monitor.articles.phrases import any_of

GONE = any_of(
    r"\b(?:page|article|story|content|url)\b.{0,40}\b(?:not (?:be )?found|no longer (?:available|exists?))",
    r"\b(?:page|article|story|content|url)\b.{0,40}\b(?:doesn[’']t|does not) exist",
    r"\b(?:page|article|story|content|url)\b.{0,40}\b(?:was|has been) (?:removed|deleted)",
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
    start=r"^\W*",
    end=r"\b",
)
CONSENT = any_of(
    r"\bcookies?\b|\bconsent\b|our (?:\d+ )?partners|(?:accept|reject|refuse|agree to) all|your privacy",
    r"privacy (?:choices|settings|policy)|manage (?:options|preferences|choices|settings)|personali[sz]ed ads",
    r"legitimate interest",
    r"zustimm(?:en|ung)|einwillig(?:en|ung)|datenschutz\w*|alle akzeptieren|unsere (?:\d+ )?partner",
    r"personalisierte werbung|berechtigtes interesse",
    r"accepter et|tout (?:accepter|refuser)|continuer sans accepter|nos (?:\d+ )?partenaires|vie privée|consentement",
    r"aceptar|rechazar todo|nuestros (?:\d+ )?socios|su privacidad|consentimiento",
    r"aceitar|rejeitar|nossos parceiros|privacidade|consentimento",
    r"accetta(?: tutti)?|rifiuta|i nostri partner|consenso|alles accepteren|toestemming|onze partners",
    r"akceptuj|zgod[ęyą]|naszych partnerów",
)
CONSENT_HEAD = any_of(
    r"before you continue|your (?:privacy|consent)|cookie (?:consent|settings|policy|notice)",
    r"^\W*(?:cookies?|consent)\W*$|privacy (?:choices|gate|center|settings)",
    r"ihre (?:privatsphäre|einwilligung)|datenschutz|zustimmung|vie privée|votre consentement",
    r"su privacidad|sua privacidade|la tua privacy|uw privacy",
)
LOGIN = any_of(
    r"(?:sign|log) ?in to (?:continue|your|read|view)|forgot(?:ten)? (?:your )?password|remember me",
    r"(?:please|you must|need to) (?:be logged in|log ?in|sign in)|create an account",
    r"passwort vergessen|angemeldet bleiben|bitte (?:melden sie sich an|anmelden|einloggen)",
    r"mot de passe oublié|(?:connectez|identifiez)-vous pour|créer un compte",
    r"olvid(?:ó|aste|ado) (?:su|tu|la) contraseña|inici(?:a|e|ar) sesión para|esqueceu (?:a|sua) senha",
    r"password dimenticata|wachtwoord vergeten|nie pamiętasz hasła|забыли пароль",
)
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
