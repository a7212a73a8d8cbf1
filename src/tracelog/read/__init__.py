"""From files to records: finds exports, looks at their beginnings, and cuts them into records with their places."""

from tracelog.read.head import Head, look
from tracelog.read.reader import batches
from tracelog.read.sources import Source, find
from tracelog.read.stream import Hashed, Readable

__all__ = ["Hashed", "Head", "Readable", "Source", "batches", "find", "look"]
