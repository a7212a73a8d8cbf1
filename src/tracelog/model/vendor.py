"""What vendors themselves declare of the time that a step may take: data of `parsers/<system>.toml`."""

from __future__ import annotations

import msgspec


class VendorLimit(msgspec.Struct, frozen=True):
    """From one topic of an order to another at `system`, at most so many seconds, in the words of its vendor.

    `unless`: values of compared fields (`channel`) whose orders it does not hold for.
    """

    system: str
    since: str
    until: str
    seconds: float
    says: str
    unless: dict[str, str] = {}
