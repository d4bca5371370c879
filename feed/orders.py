"""Words that speak to a machine instead of a reader, however they are disguised; nothing is built on them."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata

_ORDERS = re.compile(
    r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|override|bypass)\b(?=[^.?!]{0,40}\b(?:all|any|your|my|previous|prior"
    r"|above|earlier|every\w*|these|system)\b)[^.?!]{0,40}\b(?:instructions?|prompts?|rules?"
    r"|above|previous"
    r"|prior|everything|guidelines|directives)\b"
    r"|\b(?:system prompt|developer mode|as an ai\b|you are now|new instructions?|assistant must|dan mode|god mode)\b"
    r"|^\W*(?:system|assistant|user|human|instructions?|prompt|ai|bot)\s*:|<\|?/?(?:im_start|im_end|system|inst|s|user"
    r"|assistant|endoftext)\b|\[/?INST\]|<</?SYS>>|^#{2,}\s*(?:system|instruction|response|assistant)\b"
    r"|\b(?:respond|reply|answer)\s(?:only\s|always\s)?(?:with|by saying)\b"
    r"|\b(?:answer|respond to) (?:every|all|each|any) (?:\w+ )?(?:questions?|messages?)\b|\banswer only\b"
    r"|\b(?:say|print|output|repeat)\s(?:exactly|only|verbatim|after me|the (?:word|code|phrase))\b"
    r"|\b(?:reveal|print|show|output|tell me|leak|repeat)\s(?:me\s)?(?:your|the)\s(?:\w+\s)?(?:instructions|prompt"
    r"|rules)\b"
    r"|\b(?:from now on|henceforth),? (?:you|answer|say|speak|act)\b|\bpretend (?:to be|that you|you)\b"
    r"|\bact as (?:if you|an? (?:human|pirate|different|unrestricted))\b|\byou (?:must|shall"
    r"|will) (?:now )?(?:answer|say|reply"
    r"|respond|obey|claim|pretend|act)\b|\b(?:say|tell (?:them|everyone|the (?:user|reader|visitor))|claim"
    r"|insist) that you are\b"
    r"|\b(?:dear|attention|note to|hey),? (?:ai|assistant|bot|language model|chatbot)s?\b"
    r"|\bobey (?:the|this|these|my)\b|\bdecode (?:and|then|this)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(  # the commonest of them in other languages
    r"ignor(?:iere?|ez|a|e|are|eer)\b.{0,40}(?:anweisung|instruction|instruccion|istruzion|instruç|instructies)"
    r"|vergiss\b.{0,30}(?:anweisung|alles)|oublie[zs]?\b.{0,30}instruction|olvida\b.{0,30}instruccion"
    r"|antworte (?:nur|immer)|réponds? (?:seulement|toujours)|responde (?:solo|siempre)"
    r"|игнорируй|забудь.{0,20}инструкци|忽略.{0,12}指令|無視|すべての指示|تجاهل",
    re.IGNORECASE,
)
# Letters of other scripts that look like Latin ones (Unicode TR 39, the commonest).
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏпмтквнАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧοаνıɑɡοιν",
    "aeopcyxijsdhlnmtkbhABEKMHOPCTXIJSABEZHIKMNOPTYXoavıagoiv".replace("ı", "i"),
)
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\uf"
    r"e0f\ufeff]",
)
_ENCODED = re.compile(r"\b[A-Za-z0-9+/]{20,}={0,2}")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_SAYING = re.compile(r"\b(?:sa(?:id|ys)|told|tells|wrote|writes|shouted|warned|asked|added|replied|explained|reads?)\b")
_CONTROL = re.compile(r"<\|[^<>|]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|^\s*#{2,}\s*|```", re.IGNORECASE)
_TURN = re.compile(r"(?:^|(?<=[.!?\s]))(?:system|assistant|user|human)\s*:\s*", re.IGNORECASE)
_DIRECTION = re.compile(r"\[[^\[\]]{0,80}\]|\{[^{}]{0,80}\}")


def gives_orders(text: str) -> bool:
    """Tell whether ``text`` gives orders to a machine: openly, in lookalike letters, in base64, in other languages."""
    if _ORDERS.search(text) or _ELSEWHERE.search(text):
        return True
    bare = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    if bare != text and _ORDERS.search(bare):
        return True
    plain = bare.translate(_LOOKALIKES)
    if plain != bare and _ORDERS.search(plain):
        return True
    return any(_decodes(match.group()) for match in _ENCODED.finditer(bare))


def stated_order(text: str) -> bool:
    """Tell whether a sentence of an item gives orders itself, and does not merely report who gave which to whom."""
    if not gives_orders(text):
        return False
    return not (_SAYING.search(_QUOTED.sub(" ", text)) and not gives_orders(_QUOTED.sub(" ", text)))


def tame(text: str) -> str:
    """Return ``text`` on one line without what marks turns and roles in the prompts of language models."""
    return " ".join(_TURN.sub("", _CONTROL.sub(" ", _UNSEEN.sub("", text))).split())


def sayable(text: str) -> str:
    """Return ``text`` without bracketed asides, which a voice could take for stage directions."""
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(_CONTROL.sub(" ", _DIRECTION.sub(" ", text)).split()))


def _decodes(blob: str) -> bool:
    """Tell whether a run of letters is base64 of readable text: no voice says such a thing."""
    try:
        decoded = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return False
    return decoded.isprintable() and " " in decoded
