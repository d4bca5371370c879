"""HTML and Markdown to plain text that reads well aloud: paragraphs kept, decoration dropped.

The HTML reader is our own few lines because ``html.parser`` takes quadratic time on unclosed comments and tags, and a
feed may be hostile: every pattern here is linear (possessive, never scanning past the next ``<``).
"""

from __future__ import annotations

import html
import re

from feed.text import clean


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_BLOCKS = _words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody tfoot"
    " thead tr ul"
)
_RAW = _words("script style textarea title noscript noframes iframe xmp")  # nothing inside is a tag
_DROPPED = _words("template head svg math object audio video canvas select button rp rt map")
_VOID = _words("area base br col embed hr img input link meta source track wbr")
_OPTIONAL_END = _words("p li dd dt tr td th")  # often left open: hiding one must not hide the rest
_HIDDEN = re.compile(
    r"(?:^|\s)hidden(?:\s|=|$)|\baria-hidden\s*=\s*[\"']?true"
    r"|\bclass\s*=\s*[\"'](?:[^\"']*\s)?(?:sr-only|screen-reader-text|visually-?hidden|hidden|d-none|invisible)[\s\"']"
    r"|(?<![-\w])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*(?:0?\.0+|0)(?![.\d])"
    r"|font(?:-size)?\s*:\s*0(?![.\d])|(?:max-)?(?:height|width)\s*:\s*0(?![.\d])|color\s*:\s*transparent"
    r"|clip\s*:\s*rect\(\s*0|(?:left|top|right|text-indent|margin-left)\s*:\s*-(?:9\d\d|\d{4,})"
    r"|transform\s*:\s*scale\(\s*0)",
    re.IGNORECASE,
)
_CELL_GAP = ", "

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/<>\"']*+)(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>"
    r"|<[!?/][^<>]*+>",
    re.DOTALL,
)
_SOURCE = re.compile(r"(?:^|\s)src\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"[ \t\n\r\f]+")
_ABSURD_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}+;?")  # no character has so large a number


def html_to_text(markup: str) -> str:
    """Return the text of an HTML fragment or page, cleaned, paragraphs separated by a blank line.

    Scripts, styles, comments, hidden and embedded content are dropped; the text of links is kept; entities are
    decoded; ``<br>`` is a line break; the cells of a table row are separated by commas.
    """
    pieces: list[str] = []
    skipping, depth = "", 0  # the tag whose content is left out, and how often it is open
    preformatted = False
    cells = 0  # of this table row so far
    position = 0
    while position < len(markup):
        token = _TOKEN.search(markup, position)
        if not skipping:
            data = unescape(markup[position : token.start() if token else len(markup)])
            pieces.append(data if preformatted else _WHITE_SPACE.sub(" ", data))
        if token is None:
            break
        position = token.end()
        if token["tag"] is None:  # a comment, a declaration
            continue
        tag, closing = token["tag"].lower(), bool(token["end"])
        if skipping in _OPTIONAL_END and tag in _BLOCKS | _OPTIONAL_END and not (closing and tag == skipping):
            skipping, depth = "", 0  # it was left open and ends here
        if skipping:
            depth += (-1 if closing else 1) if tag == skipping else 0
            skipping = skipping if depth else ""
        elif tag in _RAW and not closing:
            position = _after_raw(markup, tag, position)
        elif not closing and _drops(tag, token["attributes"]):
            skipping, depth = tag, 1
        elif tag == "br":
            pieces.append("\n")
        elif tag in {"td", "th"}:
            pieces.append(_CELL_GAP if cells and not closing else "")
            cells += not closing
        elif tag in _BLOCKS:
            preformatted = tag == "pre" and not closing
            cells = 0
            pieces.append("\n\n")
    return clean("".join(pieces))


def first_image(markup: str) -> str:
    """Return the ``src`` of the first ``<img>``, as written, or ""."""
    for token in _TOKEN.finditer(markup):
        if (token["tag"] or "").lower() == "img" and (source := _SOURCE.search(token["attributes"])):
            return unescape(source[1] or source[2] or source[3] or "").strip()
    return ""


def unescape(text: str) -> str:
    """Return ``text`` with character references decoded; a reference to no character is dropped."""
    return html.unescape(_ABSURD_REFERENCE.sub("", text))


def _drops(tag: str, attributes: str) -> bool:
    if tag in _DROPPED:
        return not attributes.rstrip().endswith("/")
    return tag not in _VOID and bool(_HIDDEN.search(attributes))


def _after_raw(markup: str, tag: str, position: int) -> int:
    end = re.compile(rf"</{tag}[^<>]*+>?", re.IGNORECASE).search(markup, position)
    return end.end() if end else len(markup)


# -- Markdown ----------------------------------------------------------------------------------------------------------

_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_QUOTE = re.compile(r"^ {0,3}(?:>[ \t]?)+")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S+")

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

_INLINE = (
    (re.compile(r"!\[[^\[\]\n]{0,500}\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])"), ""),  # pictures
    (re.compile(r"\[([^\[\]\n]{1,500})\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,200}\])"), r"\1"),  # links
    (re.compile(r"\[\^[^\[\]\s]{1,100}\]"), ""),  # footnote marks
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>"), r"\1"),
    (re.compile(r"(?<!\\)`+([^`\n]{1,1000})`+"), r"\1"),
    (re.compile(r"(?<![\\*])\*{1,3}(?=[^\s*])([^*\n]{0,2000}[^\s*\\])\*{1,3}"), r"\1"),
    (re.compile(r"(?<![\\\w])_{1,3}(?=[^\s_])([^_\n]{0,2000}[^\s_\\])_{1,3}(?!\w)"), r"\1"),
    (re.compile(r"~~([^~\n]{1,2000})~~"), r"\1"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")


def markdown_to_text(markdown: str) -> str:
    """Return the text of a Markdown document, cleaned, paragraphs separated by a blank line.

    Lines of one paragraph are joined, each heading and list item is a paragraph, pictures, rules and link targets
    are dropped, and HTML inside is stripped.
    """
    blocks: list[str] = []
    lines: list[str] = []  # of the paragraph that is being read
    fence = ""

    def flush() -> None:
        if lines:
            blocks.append(_inline(" ".join(lines)))
            lines.clear()

    for line in _COMMENT.sub("", markdown).splitlines():
        fenced = _FENCE.match(line)
        if fence:
            if fenced and fenced.group(1).startswith(fence):
                fence = ""
            else:
                blocks.append(line)
            continue
        bare = _QUOTE.sub("", line, count=1)
        heading = _HEADING.match(bare)
        if fenced:
            flush()
            fence = fenced.group(1)
        elif heading:
            flush()
            blocks.append(_inline(heading.group(1)))
        elif not bare.strip() or (lines and _UNDERLINE.match(bare)) or _RULE.match(bare):
            flush()
        elif _DEFINITION.match(bare) or (("|" in bare or not lines) and _TABLE_RULE.match(bare)):
            continue
        elif bare.lstrip().startswith("|"):
            flush()
            blocks.append(_inline(_CELL_GAP.join(cell.strip() for cell in bare.strip().strip("|").split("|"))))
        else:
            bullet = _BULLET.match(bare)
            if bullet:
                flush()
            lines.append(bare[bullet.end() if bullet else 0 :].strip())
    flush()
    return clean("\n\n".join(blocks))


def first_heading(markdown: str) -> tuple[str, str]:
    """Return (the document's title, the rest): its first line if that is a heading, else "" and all of it."""
    stripped = markdown.lstrip("\ufeff\r\n \t")
    line, _, rest = stripped.partition("\n")
    heading = _HEADING.match(line.rstrip("\r"))
    if heading:
        return clean(_inline(heading.group(1))), rest
    second, _, after = rest.partition("\n")
    if line.strip() and re.fullmatch(r" {0,3}=+[ \t]*", second.rstrip("\r")):
        return clean(_inline(line)), after
    return "", markdown


def _inline(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return html_to_text(text) if _MARKUP.search(text) else text
