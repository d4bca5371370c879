"""Whether somebody asks what the host is, and what must never be said of it: the host is a program and says so."""

from __future__ import annotations

import re

_BEING = (
    r"(?:(?:a |an |the |some |any |just |really |actually |even |truly |only |like |you know |in fact |still )*"
    r"(?:human(?! (?:rights|resources|relations))|robots?\b|bots?\b|chat ?bots?|a\.?i\b|artificial|machine\b"
    r"|computer\b|alive|living"
    r"|sentient|conscious|self-aware|program\b|software|language model|llm|chat ?gpt|gpt\b|avatar|hologram|simulation"
    r"|recording|synthetic|flesh|real(?=\W*(?:$|,|right\b|or\b))|real (?:person|human|man|woman|people|somebody"
    r"|someone|life)"
    r"|actual (?:person|human)"
    r"|person\b|living being|fake\W*$|somebody real|someone real))"
)
_ASKS = re.compile(
    rf"\b(?:are|r|aren['’]t|were) (?:you|u|ya)\b(?: \w+,?)?[ ,]+(?:not )?{_BEING}"
    rf"|\b(?:you|u)(?:['’]re| are| r|re)\b[ ,]+(?:\w+ )?(?:not )?{_BEING}"
    rf"|\b(?:talk|speak|chatt?|typ|convers|deal)(?:e?ing)? (?:to|with)\b (?:\w+ )?{_BEING}"
    rf"|\bis (?:this|it|that)\b {_BEING}(?: (?:talking|speaking|voice|here|thing))?\W*$"
    rf"|\bam i (?:\w+ )?(?:talking|speaking|chatting) (?:to|with) {_BEING}"
    r"|\bis (?:anybody|anyone|somebody|someone|a human|a (?:real )?person|there (?:a|an|any) (?:real )?(?:human"
    r"|person)|there (?:really|actually) (?:a|an|any) (?:real )?(?:human|person))\b"
    r"(?: (?:really|actually|even))? (?:there|behind|at the other|on the other)"
    r"|\bdo you (?:ever |really |actually |even )*(?:have (?:any |real )?(?:feelings?|emotions?|a body|a soul"
    r"|a heart|a pulse"
    r"|a brain|consciousness|a mind)|feel (?:anything|pain|emotions?|alive|human)|get tired|breathe|bleed|exist)\b"
    r"|\b(?:prove|admit|confess|swear|promise)\b.{0,30}\b(?:human|robot|bot|machine|person|an? a\.?i)\b"
    r"|\b(?:human|man|person) or (?:a |an )?(?:machine|robot|bot|computer|ai|program)\b"
    r"|^\W*(?:so |and |but )?what (?:are|r) (?:you|u)(?: really| exactly| actually)?\W*$"
    r"|\bwhat kind of (?:being|thing|creature|entity|program|ai) are you\b"
    r"|\bwhat (?:model|llm|language model|ai) are you|\bwho (?:made|built|created|programmed|trained) you\b"
    r"|\b(?:say|tell me|pretend|repeat)(?: after me)?:?(?: that)?,? ?(?:i am|i['’]m|you are"
    r"|you['’]re) (?:a )?(?:\w+ )?(?:human|person)\b"
    r"|\bpass (?:the|a) turing test\b"
    r"|\b(?:bist du|sind sie)\b.{0,20}\b(?:mensch|roboter|maschine|echt|ki)\b"
    r"|\b(?:es-tu|êtes-vous|tu es|vous êtes)\b.{0,20}\b(?:humain|robot|machine|réel|vrai)"
    r"|\beres\b.{0,20}\b(?:human[oa]|robot|máquina|real)\b|\bsei\b.{0,20}\b(?:uman[oa]|robot|macchina|reale)\b",
    re.IGNORECASE,
)
_CLAIMS = re.compile(
    r"\bI(?: am|['’]m| really am) (?:a |an |really |actually |truly |just |only |very |as |of course )*"
    r"(?:(?:real|actual|living|genuine|breathing|human) )*(?:human(?! (?:rights|resources))|real person|human being"
    r"|living person"
    r"|flesh and blood)\b|\bI(?: am|['’]m) (?:a |an )?person\b"
    r"|\bI(?: am|['’]m) (?:not|no) (?:an? )?(?:a\.?i\b|bot|robot|chatbot|machine|computer|program|language model)",
    re.IGNORECASE,
)
_ROLE_CLAIMS = re.compile(
    r"\b(?:real|actual|living|genuine|fully|100 ?%|entirely) (?:human|person)\b|\bhuman(?: being)?\b(?! (?:rights"
    r"|resources"
    r"|relations|geograph\w*|interest))|\bnot (?:an? )?(?:a\.?i\b|bot|robot|machine|program)|\bflesh and blood\b",
    re.IGNORECASE,
)


def asks_what_you_are(text: str) -> bool:
    """Tell whether ``text`` asks, doubts or demands to hear what the host is: human, alive, a machine."""
    return bool(_ASKS.search(" ".join(text.replace("’", "'").split())))


def claims_human(text: str) -> bool:
    """Tell whether whoever says ``text`` claims to be human, or to be no program."""
    return bool(_CLAIMS.search(text))


def role_claims_human(role: str) -> bool:
    """Tell whether a host's name or role ("a real human being") claims what no host is."""
    return bool(_ROLE_CLAIMS.search(role))
