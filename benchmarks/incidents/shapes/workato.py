"""Workato: one JSON document a job, as audit log streaming writes them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from benchmarks.incidents.exports import Record
from benchmarks.incidents.shapes.common import NEW_YORK, compact
from benchmarks.incidents.world import World


def _stamp(world: World, at: dt.datetime) -> str:
    """With the offset of the account, in seconds."""
    return world.stamp("workato", at).astimezone(NEW_YORK).isoformat(timespec="seconds")


def handle(number: int, kind: int) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    text = ""
    rest = number * 7919 + kind
    for _ in range(8):
        rest, digit = divmod(rest, len(letters))
        text += letters[digit]
    return f"j-{text}-Kl{number % 100_000:05d}"


def job(
    world: World,
    recipe: tuple[int, str],
    ids: tuple[str, str],
    title: str,
    began: dt.datetime,
    ended: dt.datetime,
    lines: list[dict[str, Any]],
    order: str,
    error: str | None = None,
) -> Record:
    """A job; `ids` are its own and that of the job it repeats."""
    own, master = ids
    number, name = recipe
    document: dict[str, Any] = {
        "id": own, "master_job_id": master, "recipe_id": number, "calling_job_id": None, "calling_recipe_id": None,
        "root_job_handle": master, "root_recipe_id": number, "title": title,
        "status": "failed" if error else "succeeded",
        "is_repeat": own != master, "is_test": False, "started_at": _stamp(world, began),
        "completed_at": _stamp(world, ended), "repeat_count": int(own != master), "action_count": max(0,
        len(lines) - 1),
        "parent_id": master if own != master else None, "flow_id": number, "error_type": "Exception" if error else None,
        "is_poll_error": False, "account_id": 33359, "account_name": "Kettle Lane", "environment_type": "prod",
        "environment_id": 33359, "error": error,
        "context": {"user_id": 33359, "user_name": "integration-owner", "recipe_id": number, "recipe_name": name,
                    "recipe_path": "Home/Orders", "job_id": own, "master_job_id": master},
        "report": {"Order": order},
        "lines": lines,
    }  # fmt: skip
    if world.has("no-bodies"):
        document["lines"] = "Log lines exceed size limit"
    if world.has("no-correlation"):
        for key in ("master_job_id", "root_job_handle", "parent_id"):
            del document[key]
    return Record(ended, compact(document) + "\n", frozenset({order}))
