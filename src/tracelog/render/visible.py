r"""Text of a log made harmless and honest: what would steer a terminal or hide from the eye becomes visible.

An escape sequence can recolour, move the cursor or retitle a terminal, a carriage return can overwrite what
was read, and a bidi override can make `gnp.exe` read `exe.png`. A zero-width space makes two statuses look
equal that are not. All of these are written as `\x1b`, `\u202e` and so on.
"""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1 controls
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # formats, marks, fillers
    "\ud800-\udfff"  # lone surrogates: bytes of a file name that are no UTF-8
    "\U000110bd\U000110cd\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_ALL = re.compile(f"[{_HIDDEN}]")
_BUT_LAYOUT = re.compile(f"(?![\n\t])[{_HIDDEN}]")
CONTROLS_IN_JSON = re.compile(f"(?!\n)[{_HIDDEN}]")


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    named = {9: r"\t", 10: r"\n", 13: r"\r"}.get(code)
    if named:
        return named
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str) -> str:
    """On one line: line ends and tabs are written out as well."""
    return text if text.isascii() and text.isprintable() else _ALL.sub(_escape, text)


def visible_block(text: str) -> str:
    """A record of several lines: its line ends and tabs stay, CRLF becomes a plain line end."""
    return _BUT_LAYOUT.sub(_escape, text.replace("\r\n", "\n"))


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, and if cut, how many are missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit].rstrip()} … ({len(text) - limit:,} more characters)"


def columns_of(text: str) -> int:
    """How many columns of a terminal the text takes: ideographs two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
