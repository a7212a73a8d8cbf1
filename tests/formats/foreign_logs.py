"""Logs of other trades: short, as `tests/samples/other-trades` has them, and long, in the order that chance gives.

In a line of theirs `§t`, `§z`, `§s`, `§e`, `§c`, `§k`, `§w`, `§m` stand for a time in some spelling, `§o` for a number
of four or five digits, `§n` for a small one.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "samples" / "other-trades"
NAMES = sorted(path.stem for path in FOLDER.glob("*.log"))
BEGIN = datetime(2026, 3, 12, 14, 2, 11, 938000, tzinfo=UTC)
LONG = 1200


def short(name: str) -> str:
    """A few lines."""
    return _spelled(_templates(name), random.Random(name))


def long(name: str) -> str:
    """More than a thousand lines."""
    chance = random.Random(f"{name} long")
    templates = _templates(name)
    return _spelled([*templates, *chance.choices(templates, k=LONG - len(templates))], chance)


def _templates(name: str) -> list[str]:
    return (FOLDER / f"{name}.log").read_text("utf-8").splitlines()


def _spelled(templates: list[str], chance: random.Random) -> str:
    now, lines = BEGIN, []
    for template in templates:
        now += timedelta(milliseconds=chance.randint(1, 9000))
        line = template
        for sign, text in _times(now).items():
            line = line.replace(sign, text)
        while "§o" in line:
            line = line.replace("§o", str(chance.randint(1000, 99_999)), 1)
        while "§n" in line:
            line = line.replace("§n", str(chance.randint(2, 59)), 1)
        lines.append(line)
    return "\n".join(lines) + "\n"


def _times(now: datetime) -> dict[str, str]:
    return {
        "§t": now.strftime("%Y-%m-%d %H:%M:%S"),
        "§z": now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03}Z",
        "§s": now.strftime("%b %d %H:%M:%S"),
        "§e": f"{now.timestamp():.6f}",
        "§c": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "§k": f"{now.timestamp() - BEGIN.timestamp() + 100:12.6f}",
        "§w": now.strftime("%a %b %d %H:%M:%S %Y"),
        "§m": now.strftime("%d %b %Y %H:%M:%S"),
    }
