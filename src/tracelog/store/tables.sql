-- The tables of a tracelog store. Times are whole nanoseconds since 1970-01-01T00:00:00Z.
-- People read the views (views.sql); these columns may change between versions.

-- How far the finished exports reach: a row with a higher id belongs to an ingest that is still running or was
-- killed; no reader sees it, and the next ingest takes it away. `generation` counts changes of the content.
CREATE TABLE mark (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO mark VALUES ('generation', 0), ('page', 0), ('event', 0), ('context', 0), ('naming', 0);

-- Every definition used, with its text: the store still explains itself when the files are gone.
-- `info` (JSON): title, system, absence, note, retention, where; `plan` says how records were cut.
CREATE TABLE definition (
    digest TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL, info TEXT NOT NULL, plan TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE export (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT,            -- of the decompressed bytes
    start TEXT,             -- SHA-256 of the first MiB: a quick way to see that it is new
    size INTEGER,           -- bytes, decompressed
    format TEXT NOT NULL,   -- name of the definition
    definition TEXT NOT NULL REFERENCES definition(digest),
    space TEXT NOT NULL,    -- records are compared inside it: definition, system and instance as given
    settings TEXT NOT NULL, -- JSON: what the user said about it (zone, system, instance, as-of)
    system TEXT,
    instance TEXT,
    zone TEXT,
    zone_basis TEXT,
    as_of INTEGER,          -- of a snapshot: the time that it shows
    as_of_basis TEXT,
    first INTEGER,          -- earliest and latest stamp
    last INTEGER,
    records INTEGER NOT NULL DEFAULT 0,
    understood INTEGER NOT NULL DEFAULT 0,
    ignored INTEGER NOT NULL DEFAULT 0,
    context INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    events INTEGER NOT NULL DEFAULT 0,
    unattached INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    known INTEGER NOT NULL DEFAULT 0,
    reasons TEXT NOT NULL DEFAULT '[]', -- JSON: [[reason, count], …] of what was not understood
    damage TEXT,            -- why it could not be read to its end
    preamble BLOB,          -- what stands above the first record: a table's header
    state TEXT NOT NULL     -- loading, loaded (complete, not linked yet), done
);
CREATE INDEX export_sha256 ON export(sha256);

-- About 600 consecutive records of the export that brought them first. `text`: the records one after the other,
-- zstandard; `lengths`: of each in bytes; `digests`: 12 bytes each, BLAKE2b of the text with line ends as \n;
-- `outcomes`: a row of `outcome` for each. Its events are numbered on from `first_event`.
CREATE TABLE page (
    id INTEGER PRIMARY KEY, export INTEGER NOT NULL, definition TEXT NOT NULL, space TEXT NOT NULL,
    records INTEGER NOT NULL, first_event INTEGER NOT NULL, events INTEGER NOT NULL, first INTEGER, last INTEGER,
    text BLOB NOT NULL, lengths BLOB NOT NULL, digests BLOB NOT NULL, outcomes BLOB NOT NULL
);
CREATE INDEX page_space ON page(space);
CREATE INDEX page_export ON page(export);

-- A run of records of an export: its records `record`… are `count` records of the page from `slot` on.
-- `places`: line, offset and length of each, see pages.py.
CREATE TABLE extent (
    export INTEGER NOT NULL, record INTEGER NOT NULL, page INTEGER NOT NULL, slot INTEGER NOT NULL,
    count INTEGER NOT NULL, line INTEGER NOT NULL, offset INTEGER NOT NULL, places BLOB NOT NULL,
    PRIMARY KEY (export, record)
) WITHOUT ROWID;
CREATE INDEX extent_page ON extent(page, slot);

CREATE TABLE outcome (id INTEGER PRIMARY KEY, verdict TEXT NOT NULL, reason TEXT, UNIQUE (verdict, reason));

-- What many events share, so that it costs each of them one number.
-- `states` and `layout` are JSON: the states; and what stands, in this order, in an event's `said` (`=field`,
-- `<value before`, `#id`, …). `stamp`: how the time is spelled in the record; 0: as the last of `said`.
CREATE TABLE form (
    id INTEGER PRIMARY KEY, system TEXT NOT NULL, instance TEXT, phase TEXT NOT NULL, peer TEXT, topic TEXT,
    level TEXT, stream TEXT NOT NULL, carries TEXT, precision INTEGER NOT NULL, timed INTEGER NOT NULL,
    stamp INTEGER NOT NULL, states TEXT NOT NULL, layout TEXT NOT NULL
);

-- One statement about an order. `place` is page * 1024 + slot, plus 2^40 for each event of its record before it.
-- `form` is negative where the event answers, or names no order. `said`: its values, separated by U+001F, in the
-- order of `form.layout`; or U+001E and JSON.
CREATE TABLE event (
    id INTEGER PRIMARY KEY, place INTEGER NOT NULL, form INTEGER NOT NULL, at INTEGER, happened_at INTEGER,
    naming INTEGER, envelope BLOB, said TEXT
);

-- The names that one record gives an order, and the order they were found to mean.
-- `names` is JSON: [alias_kind, value, alias_kind, value, …]; a negative kind is a weak mention.
CREATE TABLE naming (id INTEGER PRIMARY KEY, "order" INTEGER NOT NULL, names TEXT NOT NULL);
-- `instance` of a `ref`: the systems whose own names stand beside it.
CREATE TABLE alias_kind (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, instance TEXT, UNIQUE (kind, instance));
CREATE TABLE alias (
    folded TEXT NOT NULL, kind INTEGER NOT NULL, naming INTEGER NOT NULL, PRIMARY KEY (folded, kind, naming)
) WITHOUT ROWID;
-- Names that came since orders were linked last, and are not in `alias` yet.
CREATE TABLE given (folded TEXT NOT NULL, kind INTEGER NOT NULL, naming INTEGER NOT NULL);
-- A name that would tie orders that are not one, and is not followed.
CREATE TABLE hub (kind TEXT NOT NULL, value TEXT NOT NULL, orders INTEGER NOT NULL, why TEXT NOT NULL);

-- Outer envelopes of an event; the innermost stands in the event.
CREATE TABLE outer_envelope (envelope BLOB NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (envelope, event)) WITHOUT ROWID;
-- An event that names no order, lent to an order of its envelope. `how`: answer, weak, null = strong.
CREATE TABLE lending (
    "order" INTEGER NOT NULL, event INTEGER NOT NULL, how TEXT, PRIMARY KEY ("order", event)
) WITHOUT ROWID;

CREATE TABLE stream (id INTEGER PRIMARY KEY, name TEXT NOT NULL, definition TEXT NOT NULL, system TEXT, instance TEXT);
-- Stretches of records of a stream without a gap of more than a minute; all records, the ignored ones too.
CREATE TABLE activity (
    page INTEGER NOT NULL, stream INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    records INTEGER NOT NULL, PRIMARY KEY (page, stream, first)
) WITHOUT ROWID;

CREATE TABLE context (
    id INTEGER PRIMARY KEY, record INTEGER NOT NULL, at INTEGER, at_raw TEXT NOT NULL, until INTEGER,
    system TEXT NOT NULL, instance TEXT, what TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX context_record ON context(record);
CREATE TABLE unread_shape (
    id INTEGER PRIMARY KEY, shape TEXT NOT NULL, reason TEXT NOT NULL, nearest TEXT NOT NULL, UNIQUE (shape, reason)
);
CREATE TABLE unread_record (record INTEGER PRIMARY KEY, shape INTEGER NOT NULL);
CREATE INDEX unread_by_shape ON unread_record(shape);

-- The results of the last scan, for people with an SQL client, and what people said about findings.
CREATE TABLE scan (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, at TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL);
CREATE TABLE finding (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, problem TEXT, state TEXT NOT NULL, severity TEXT NOT NULL, scope TEXT NOT NULL,
    "order" TEXT, topic TEXT, at TEXT, incident TEXT, explanation TEXT NOT NULL, detail TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE review (
    finding TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT, ticket TEXT, at TEXT
) WITHOUT ROWID;
