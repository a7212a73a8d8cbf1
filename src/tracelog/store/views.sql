-- The documented face of the store: read these with sqlite3, Datasette, lnav or a notebook.
-- Times are RFC 3339 UTC text. Record texts lie compressed in `page.text`: `evidence` says where each record
-- stands in its export, and `tracelog trace ORDER --raw` prints it.

-- One row an order: its number in this store, a name people know it by, its span, and in which systems it was seen.
CREATE VIEW orders AS
SELECT n."order" AS "order",
       (SELECT a.name FROM aliases a WHERE a."order" = n."order"
        ORDER BY a.kind NOT LIKE '%:name', a.kind <> 'ref', a.kind, a.name LIMIT 1) AS name,
       strftime('%Y-%m-%dT%H:%M:%SZ', min(e.at) / 1000000000, 'unixepoch') AS first,
       strftime('%Y-%m-%dT%H:%M:%SZ', max(e.at) / 1000000000, 'unixepoch') AS last,
       count(*) AS events,
       group_concat(DISTINCT f.system) AS systems
FROM naming n
JOIN event e ON e.naming = n.id AND e.id <= (SELECT value FROM mark WHERE name = 'event')
JOIN form f ON f.id = abs(e.form)
GROUP BY n."order";

-- Every name of every order, as it was written; `strength` weak = mentioned only, links nothing.
CREATE VIEW aliases AS
SELECT DISTINCT n."order" AS "order", k.kind AS kind, v.value AS name, k.instance AS instance,
       CASE WHEN kind_id.value < 0 THEN 'weak' ELSE 'strong' END AS strength
FROM naming n, json_each(n.names) kind_id, json_each(n.names) v, alias_kind k
WHERE kind_id.key % 2 = 0 AND v.key = kind_id.key + 1 AND k.id = abs(kind_id.value)
  AND n.id <= (SELECT value FROM mark WHERE name = 'naming');

-- Every statement about an order. `said` holds the values that `layout` names, separated by the character U+001F;
-- `borrowed` tells how an event that names no order came to this one (answer, strong, weak).
CREATE VIEW events AS
SELECT e.id AS event, o."order" AS "order", o.borrowed AS borrowed, f.system, f.instance, f.phase, f.peer, f.topic,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 1000000000, 'unixepoch') AS at, e.at AS at_ns,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.happened_at / 1000000000, 'unixepoch') AS happened_at,
       f.states, f.layout, e.said, f.stream, CASE typeof(e.envelope) WHEN 'blob' THEN lower(hex(e.envelope))
       ELSE e.envelope END AS envelope, (e.place & 1099511627775) / 1024 AS page,
       e.place % 1024 AS slot
FROM event e
JOIN form f ON f.id = abs(e.form)
JOIN (SELECT e2.id AS event, n."order" AS "order", NULL AS borrowed FROM event e2 JOIN naming n ON n.id = e2.naming
      UNION ALL SELECT event, "order", coalesce(how, 'strong') FROM lending) o ON o.event = e.id
WHERE e.id <= (SELECT value FROM mark WHERE name = 'event');

-- What one system did about one topic of one order: first and last time of each phase.
CREATE VIEW hops AS
SELECT "order", system, instance, topic, phase, peer, min(at) AS first, max(at) AS last, count(*) AS events
FROM events GROUP BY "order", system, instance, topic, phase, peer;

-- Where each record stands: in which export, as which record. One row a run of records; record `record + n` of the
-- export is slot `slot + n` of the page.
CREATE VIEW evidence AS
SELECT x.name AS export, x.sha256 AS sha256, t.record, t.count, t.line, t.offset, t.page, t.slot, x.format
FROM extent t JOIN export x ON x.id = t.export WHERE x.state = 'done';

-- Every record of every export accounted for.
CREATE VIEW ledger AS
SELECT name AS export, sha256, format, zone, zone_basis, records, understood, ignored, context, unread, events,
       unattached, new, known, reasons, damage,
       strftime('%Y-%m-%dT%H:%M:%SZ', first / 1000000000, 'unixepoch') AS first,
       strftime('%Y-%m-%dT%H:%M:%SZ', last / 1000000000, 'unixepoch') AS last
FROM export WHERE state = 'done';

-- From when to when each stream is seen at all, in which export; holes are found by `tracelog status`.
CREATE VIEW coverage AS
SELECT s.name AS stream, s.system, s.instance, x.name AS export,
       strftime('%Y-%m-%dT%H:%M:%SZ', min(a.first) / 1000000000, 'unixepoch') AS first,
       strftime('%Y-%m-%dT%H:%M:%SZ', max(a.last) / 1000000000, 'unixepoch') AS last, sum(a.records) AS records
FROM activity a
JOIN stream s ON s.id = a.stream
JOIN (SELECT DISTINCT export, page FROM extent) t ON t.page = a.page
JOIN export x ON x.id = t.export AND x.state = 'done'
GROUP BY s.id, x.id;

-- What no format understood, by shape.
CREATE VIEW unread AS
SELECT u.shape, u.reason, u.nearest, count(*) AS count, min(r.record) / 1024 AS page, min(r.record) % 1024 AS slot
FROM unread_record r JOIN unread_shape u ON u.id = r.shape
WHERE r.record / 1024 <= (SELECT value FROM mark WHERE name = 'page')
GROUP BY u.id;

-- What the last scan found; `detail` is the whole finding as JSON.
CREATE VIEW findings AS
SELECT f.id, f.kind, f.problem, f.state, f.severity, f.scope, f."order", f.topic, f.at, f.incident, f.explanation,
       r.state AS review, r.reason AS review_reason, r.ticket, f.detail
FROM finding f LEFT JOIN review r ON r.finding = f.id;
