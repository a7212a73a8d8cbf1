"""What PHP's `print_r` shows of an array, read back: logs of shops and their plug-ins hold whole trees of it.

    Array
    (
        [Delivery ID] => 0fd021d6
        [Request] => Array
            (
                [Method] => POST
            )

    )

An entry stands four blanks deeper than its array's parenthesis, and an array inside eight deeper than the one around
it. By that a line of a text of several lines is told from an entry. https://www.php.net/manual/en/function.print-r.php
"""

from __future__ import annotations

import re
from typing import Any

STEP = 8
_ENTRY = re.compile(r" {4}\[(.*?)\] =>(?: (.*))?", re.DOTALL)
_ARRAY = re.compile(r"Array|[\w\\]+ Object")
DEEPEST = 64
"""Arrays inside arrays; what goes deeper stays text."""


def tree(text: str) -> dict[str, Any] | None:
    """The outermost array; None when the text does not begin with one. What stands behind its end is left out."""
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) < 2 or not _ARRAY.fullmatch(lines[0].strip()) or lines[1].strip() != "(":
        return None
    outermost: dict[str, Any] = {}
    around = [outermost]
    texts: list[tuple[dict[str, Any], str, list[str]]] = []
    """Where each text belongs, and its lines."""
    ended, after = True, 2
    for number in range(2, len(lines)):
        if number < after:
            continue
        line, depth = lines[number], len(around) - 1
        here = line[STEP * depth :] if line[: STEP * depth].isspace() or not depth else None
        if here is not None and here.rstrip() == ")":
            around.pop()
            ended = True
            if not around:
                break
        elif here is not None and (found := _ENTRY.fullmatch(here)):
            key, value = found[1], found[2] or ""
            below = lines[number + 1] if number + 1 < len(lines) else ""
            opens = below.rstrip() == " " * STEP * (depth + 1) + "("
            ended = opens and _ARRAY.fullmatch(value.strip()) is not None and depth < DEEPEST
            if ended:
                inner: dict[str, Any] = {}
                around[-1][key] = inner
                around.append(inner)
                after = number + 2
            else:
                around[-1][key] = ""
                texts.append((around[-1], key, [value]))
        elif not ended:
            texts[-1][2].append(line)
    for holder, key, parts in texts:
        holder[key] = "\n".join(parts)
    return outermost
