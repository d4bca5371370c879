"""HTML and Markdown to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.markup import first_heading, first_image, html_to_text, markdown_to_text


def test_blocks_become_paragraphs_and_links_keep_their_text() -> None:
    html = "<h1>Bread</h1><p>The <a href='http://x'>tidal</a> <b>lo</b>af&nbsp;&amp; more.<p>New<br>line</p>"
    assert html_to_text(html) == "Bread\n\nThe tidal loaf & more.\n\nNew\nline"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>if (a < b) { alert('</p>') }</script>",
        "<SCRIPT type=x>1</SCRIPT >",
        "<style>p { color: red }</style>",
        "<!-- <p>comment</p> -->",
        "<div hidden>no<div>no</div>no</div>",
        "<span style='display: none'>no</span>",
        "<svg><text>no</text></svg>",
        "<template><p>no</p></template>",
        "<iframe src=x>no</iframe>",
        "<textarea>no</textarea>",
        "<!DOCTYPE html>",
        "<?php no ?>",
        "<img src=x alt=no onerror=no>",
        "<a href='>'></a>",
    ],
)
def test_what_nobody_sees_is_dropped(hidden: str) -> None:
    assert html_to_text(f"<p>Before {hidden}after</p>") == "Before after"


def test_an_unclosed_script_hides_what_follows_it() -> None:
    assert html_to_text("<p>Before</p><script>after") == "Before"


def test_escaped_markup_is_text() -> None:
    assert html_to_text("a &lt;b&gt; c &#x41; &#65; 1 < 2") == "a <b> c A A 1 < 2"


def test_lists_and_tables_can_be_read_aloud() -> None:
    html = "<ul><li>one<li>two</ul><table><tr><th>a</th><th>b</th></tr><tr><td>1<td>2</table>"
    assert html_to_text(html) == "one\n\ntwo\n\na, b\n\n1, 2"


def test_references_to_absurd_characters_are_dropped() -> None:
    assert html_to_text("a&#" + "9" * 6000 + ";b&#x202e;c&#0;d") in {"abcd", "abc\ufffdd"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>",
        "<",
        "<!--",
        "<a ",
        "&",
        "<![CDATA[",
        "<!",
        "</",
        "<script>",
        "<?",
        '<p style="',
        "<p a='\"",
        "<td>",
        "&#",
    ],
)
def test_hostile_html_takes_linear_time(hostile: str) -> None:
    html_to_text(hostile * 100_000)  # quadratic time would run into the test's time-out
    first_image(hostile * 100_000)


@pytest.mark.parametrize(
    "hostile", ["[", "*", "*a", "`", "_a ", "[a](", "~~a", "> ", "|", "- ", "<!--", "![", "#", "[a "]
)
def test_hostile_markdown_takes_linear_time(hostile: str) -> None:
    markdown_to_text(hostile * 50_000)


@given(st.text(st.sampled_from("<>/!-&;#'\"= abpdivscript\n") | st.characters(), max_size=300))
def test_no_text_breaks_the_reader(markup: str) -> None:
    html_to_text(markup)
    markdown_to_text(markup)
    first_heading(markup)


def test_the_first_picture_is_found() -> None:
    assert first_image("<p>x<img alt='a>b' src=\"/a.png?x=1&amp;y=2\"><img src=b>") == "/a.png?x=1&y=2"
    assert first_image("<p>none") == ""


def test_markdown_decoration_is_dropped_and_words_stay() -> None:
    markdown = """## A *fine* heading ##

Some **bold** and [a link](http://x.y "t") and ![picture](a.png) with `code`,
a snake_case_name and 2 * 3 * 4, [^1] \\*kept\\*.

* one
  goes on
1. two
- [x] done

> quoted
> more

| a | b |
|---|:-:|
| 1 | 2 |

***

Underlined
==========
<b>html</b> &amp; more <!-- gone -->

```python
print("kept")
```

[ref]: http://x.y
"""
    assert markdown_to_text(markdown).split("\n\n") == [
        "A fine heading",
        "Some bold and a link and with code, a snake_case_name and 2 * 3 * 4, *kept*.",
        "one goes on",
        "two",
        "done",
        "quoted more",
        "a, b",
        "1, 2",
        "Underlined",
        "html & more",
        'print("kept")',
    ]


@pytest.mark.parametrize(
    "markdown", ["# The *light*\n\nBody.", "The light\n=========\n\nBody.", "\ufeff# The light #\r\nBody."]
)
def test_a_first_heading_is_the_title(markdown: str) -> None:
    title, rest = first_heading(markdown)
    assert title == "The light"
    assert rest.strip() == "Body."


def test_a_later_heading_is_not_the_title() -> None:
    assert first_heading("Body.\n\n# Later") == ("", "Body.\n\n# Later")
