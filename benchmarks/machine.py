"""What figures are worth nothing without: which machine, and how much of it."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def one_core() -> None:
    """Hold the process to one core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def cores() -> int:
    """The processors that a process may use here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """The day and the machine: figures mean nothing without."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    return f"{datetime.now(UTC):%Y-%m-%d}, {model}, Python {platform.python_version()}, {platform.system()}"
