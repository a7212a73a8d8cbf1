"""Which messages of a stream are answered: of one topic less often than of all others, or of none."""

from __future__ import annotations

from collections import Counter

from tracelog.expect.model import Settings


class Answers:
    """The sums, by stream, topic, and whether an answer is on record. Merging gives what one pass would."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str | None, bool]] = Counter()

    def add(self, stream: str, topic: str | None, *, answered: bool) -> None:
        self.counts[stream, topic, answered] += 1

    def merge(self, other: Answers) -> None:
        self.counts.update(other.counts)

    def but_for(self, stream: str, topic: str | None, settings: Settings) -> bool:
        """Whether all other topics of the stream are answered as usual, and this one only sometimes: then answers are
        recorded there, and those that are missing may be lost, or not agreed upon.
        """
        rest: Counter[bool] = Counter()
        for (one, about, answered), count in self.counts.items():
            if one == stream and about != topic:
                rest[answered] += count
        usual = rest[True] >= settings.answers_usual * rest.total()
        return (
            usual and rest.total() >= settings.enough_orders and self.counts[stream, topic, True] >= settings.few_takers
        )
