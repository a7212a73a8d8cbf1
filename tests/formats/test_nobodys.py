"""What is no order export is claimed by no definition: prose, programs, settings, and the logs of something else."""

from __future__ import annotations

import pytest

from formats.export_reading import read

PROSE = """Dear team,

on 12 March 2026 the first customers asked where their parcels were. We looked at three orders together.
Order 1001 was paid in the morning; the warehouse says that it never heard of it.

Regards, Ann
"""
README = """# Order tools

Small programs around orders.

## Install

    pip install order-tools

| option | meaning |
|---|---|
| `--order` | the order's number |
"""
PYTHON = '''"""Orders."""

import json

ORDERS = {"1001": "shipped"}


def ship(order: str) -> None:
    print(json.dumps({"order": order, "status": "shipped"}))
'''
DIFF = """diff --git a/orders.py b/orders.py
index 3f1c2aa..9e1b7d2 100644
--- a/orders.py
+++ b/orders.py
@@ -1,4 +1,4 @@
-STATUS = "pending"
+STATUS = "shipped"
 ORDER = "1001"
"""
GIT_LOG = """commit 5110af2a2cbb0a6e2f4c7c4ed9d9b1a3c1f0e7d4
Author: Ann <ann@example.org>
Date:   Sun Nov 22 03:16:48 2026 +0000

    Orders are shipped twice no more

commit d0ca12d7a1d64e0f7f0d8c9e6a5b4c3d2e1f0a9b
Author: Ann <ann@example.org>
Date:   Sun Nov 22 03:13:05 2026 +0000

    Status shipped is mapped
"""
KERNEL = """[    0.000000] Linux version 6.1.0 (builder@host) (gcc 12.2.0) #1 SMP
[    0.000000] Command line: root=/dev/sda1 ro quiet
[    0.412345] ACPI: Core revision 20220331
[    1.002003] usb 1-1: new high-speed USB device number 2 using xhci_hcd
"""
PACKAGES = """2026-03-12 08:00:01 startup archives unpack
2026-03-12 08:00:02 install libfoo:amd64 <none> 1.2-3
2026-03-12 08:00:02 status half-installed libfoo:amd64 1.2-3
2026-03-12 08:00:03 status installed libfoo:amd64 1.2-3
"""
JOBS = """2026-03-12T08:00:00Z INFO scheduler started
2026-03-12T08:00:01Z INFO backup begins
2026-03-12T08:00:09Z WARN disk 81 % full
2026-03-12T08:01:00Z INFO backup done in 59 s
"""
SSH = """Mar 12 08:00:01 web1 sshd[811]: Accepted publickey for deploy from 10.0.0.4 port 50122 ssh2
Mar 12 08:00:02 web1 sshd[811]: pam_unix(sshd:session): session opened for user deploy
Mar 12 08:10:02 web1 CRON[900]: (root) CMD (run-parts /etc/cron.hourly)
"""
MANIFEST = (
    '{"name": "orders", "version": "1.2.0", "dependencies": {"left-pad": "^1.3.0"}, "scripts": {"test": "jest"}}\n'
)
MAP = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "id": 1, "geometry": {"type": "Point", "coordinates": [1.5, 2.5]}, "properties": {"name": "A"}}]}
"""
PEOPLE = "Name,Email,Phone,Created\nAnn,ann@example.org,555-0100,2026-01-02\nBob,bob@example.org,555-0101,2026-01-03\n"
STOCK = "SKU,Description,On hand,Reorder point,Location\nA-1,Lamp,12,4,Main\nA-2,Chair,0,2,Main\n"
WEATHER = "date,time,temperature,status\n2026-03-12,08:00,4.5,ok\n2026-03-12,09:00,5.5,ok\n"
BANK = "Date;Text;Amount;Balance\n12.03.2026;Card payment;-12,50;1.200,00\n13.03.2026;Rent;-900,00;300,00\n"
CALENDAR = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1@example.org\nDTSTART:20260312T080000Z\nEND:VEVENT\nEND:VCALENDAR\n"
PAGE = "<!DOCTYPE html>\n<html><head><title>Order 1001</title></head><body><p>Shipped</p></body></html>\n"
PLAYLIST = '<?xml version="1.0"?>\n<playlist version="1"><track><title>Order</title></track></playlist>\n'
SETTINGS = "[orders]\nstatus = shipped\nretries = 3\n\n[log]\nlevel = info\n"
YAML = "orders:\n  - id: 1001\n    status: shipped\n  - id: 1002\n    status: pending\n"
SQL = "CREATE TABLE orders (id INTEGER PRIMARY KEY, status TEXT);\nINSERT INTO orders VALUES (1001, 'shipped');\n"
TRACEBACK = """Traceback (most recent call last):
  File "orders.py", line 3, in <module>
    ship("1001")
ValueError: order 1001 is not paid
"""
METRICS = '{"ts": 1773302400, "metric": "cpu", "value": 0.4}\n{"ts": 1773302460, "metric": "cpu", "value": 0.5}\n'
TEST_RUN = """============================= test session starts ==============================
collected 3 items

tests/test_orders.py ...                                                 [100%]

============================== 3 passed in 0.12s ===============================
"""

NOT_EXPORTS = {name.lower(): text for name, text in globals().items() if name.isupper() and isinstance(text, str)}


@pytest.mark.parametrize("name", NOT_EXPORTS)
def test_what_is_no_order_export_is_nobodys(name: str):
    assert read(NOT_EXPORTS[name]).format is None


@pytest.mark.parametrize("name", NOT_EXPORTS)
def test_nor_is_it_when_it_is_long(name: str):
    """Many lines of it make no better evidence."""
    head, _, rest = NOT_EXPORTS[name].partition("\n")

    assert read("\n".join([head, *[rest.strip("\n")] * 30]) + "\n").format is None
