"""What is personal or secret in free text, by its look.

Dates, offsets, ids and amounts must not match. Each pattern runs in time proportional to the text (a run of
characters is tried once, from its start), and only on a text that has one of the pieces that it cannot do without.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tracelog.render.personal import ADDRESS, EMAIL, PHONE, POSTAL, SECRET, WORD


class Look(NamedTuple):
    """A pattern of a kind; `needs` finds a piece without which it cannot match (None: no such piece is known)."""

    kind: str
    needs: re.Pattern[str] | None
    pattern: re.Pattern[str]


def _look(kind: str, pattern: str, *needs: str) -> Look:
    return Look(kind, re.compile("|".join(map(re.escape, needs))) if needs else None, re.compile(pattern))


_STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Terrace|Place|Pl|Square|Highway|Hwy"
)
_STREETS = tuple(_STREET.split("|"))
_STATE = (
    "A[LKZR]|C[AOT]|D[CE]|FL|GA|I[AL]|K[SY]|LA|M[ADINOST]|N[CDEHJMVY]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
    "|(?<=, )(?:HI|ID|IN|ME|OH|OK|OR)"
)
_SCHEME = r"\b(?:Bearer|Basic|Digest|Token|OAuth)[ ]+(?!realm\b)(?=\S*(?:\d|[a-z][A-Z]|=))[A-Za-z0-9+/=._~-]{8,}"
_ISSUED = r"\b(?:shp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{16,}|[rsp]k_(?:live|test)_\w{8,}|whsec_\w{8,}|xox[abp]-[\w-]{8,})"
_PEM = r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
_LOCAL = r"\w.%+'!$*~^-"
_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:xn--[\w-]+|[^\W\d_]{2,24})\b"
_NORTH_AMERICAN = (
    r"(?<![\w.-])(?:(?:1[ .-])?\([2-9]\d\d\)[ .-]?|1[ -][2-9]\d\d[ -]|[2-9]\d\d[.-])\d{3}[ .-]\d{4}(?![\w-])"
)
_GERMAN = r"\b[A-ZÄÖÜ][a-zäöüß-]+(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer) \d{1,4}[a-z]?\b"
_FRENCH = r"\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|chemin|impasse|allée|quai) [^\d,;\"]{3,40}"
SECRETS: tuple[Look, ...] = (
    _look(SECRET, r"(?<=://)[^\s/@:\"']{1,200}:[^\s/@\"']{1,200}(?=@)", "://"),
    _look(SECRET, _SCHEME, "Bearer ", "Basic ", "Digest ", "Token ", "OAuth "),
    _look(SECRET, r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?", "eyJ"),
    _look(SECRET, _ISSUED, "shp", "k_live_", "k_test_", "whsec_", "xox"),
    _look(SECRET, r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}", "AKIA", "ASIA", "gh"),
    _look(SECRET, _PEM, "-----BEGIN "),
    _look(SECRET, r"(?<![\w-])[3-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?!\1?\d|\w)"),
)
PERSONAL: tuple[Look, ...] = (
    _look(EMAIL, rf"(?<![{_LOCAL}])[{_LOCAL}]++@{_HOST}", "@"),
    _look(EMAIL, rf"(?<![{_LOCAL}])(?:(?!%40)[{_LOCAL}])++%40{_HOST}", "%40"),
    _look(PHONE, r"(?<![\w+-])\+(?!(?:1[0-4])[0-5]\d(?!\d))[1-9](?:[ .()/-]{0,3}\d){7,14}(?![\w-])", "+"),
    _look(PHONE, _NORTH_AMERICAN),
    _look(PHONE, r"(?<![\w.-])0\d(?:[ .-]\d{2}){4}(?![\w-])"),
    _look(PHONE, r"(?<![\w.:-])(?:\(0\d{1,4}\)[ ]?|0\d{2,4}[ ]?/[ ]?)\d{3,4}(?:[ -]?\d{2,5}){1,3}(?![\w-])", "(0", "/"),
    _look(PHONE, r"(?<![\w.:/-])(?<!\d )0[1-9]\d{1,3} \d{3,4} \d{3,4}(?! ?\d|[\w-])"),
    _look(ADDRESS, rf"(?<![\w#-])\d{{1,5}}[A-Za-z]? (?:[A-Z0-9][\w'.]{{0,30}} ){{1,4}}(?:{_STREET})\b\.?", *_STREETS),
    _look(ADDRESS, _GERMAN, "stra", "str.", "weg", "platz", "allee", "gasse", "damm", "ufer"),
    _look(ADDRESS, _FRENCH, "rue ", "avenue ", "boulevard ", "chemin ", "impasse ", "allée ", "quai "),
    _look(ADDRESS, r"\bP\.? ?O\.? Box \d+", "Box "),
    _look(POSTAL, rf"\b(?:{_STATE}) (\d{{5}}(?:-\d{{4}})?)(?![\w-])"),
    _look(POSTAL, r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b(?!-)"),
    _look(POSTAL, r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d\b(?!-)"),
)
_DID = "placed|cancell?ed|fulfilled|edited|refunded|paid|added|archived|sent|created|marked|captured|changed|approved"
ADDRESSED = re.compile(
    rf"(?<![\w'’.-])((?:{WORD} ){{1,2}}{WORD})(?= (?:{_DID})\b)"
    r"|\b(?:[Cc]ustomer|[Bb]uyer|[Rr]ecipient|[Cc]onsignee|[Aa]ttn|[Ss]hip(?:ped)? to|[Bb]ill(?:ed)? to|[Dd]ear|by"
    rf"|Mrs?|Ms|Dr)\b[.:]?\s+((?:{WORD} ){{1,2}}{WORD})"
)
"""A person named by the word before, or by what they did."""
NOTHING = re.compile(r"[\w:.,;/ -]{0,5}\Z|[A-Za-z]{0,15}\Z|\d+\Z|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.:Z+-]*\Z")
"""Texts that are too short or too plain to be personal or secret by their look: most values of a record."""
