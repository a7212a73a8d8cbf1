"""What leaves the house names no person and opens no door, and is still evidence."""

from __future__ import annotations

import json
import re
import string
import time

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from render import factories
from tracelog.render.personal import is_person, looks_like_person
from tracelog.render.prepare import columns_of
from tracelog.render.redact import Redactor, redacted

SHOP_COLUMNS = [
    "Name",
    "Email",
    "Financial Status",
    "Total",
    "Billing Name",
    "Billing Street",
    "Billing Zip",
    "Phone",
    "Id",
]


def record(text: str, columns: list[str] | None = None) -> str:
    return Redactor().record(text, columns)


def test_a_json_record_keeps_everything_but_the_person():
    """Names, address, phone and e-mail go; order, SKU, amount, status and time stay byte for byte."""
    text = json.dumps(factories.order("#5012", 6120045512001, created_at="2026-03-02T09:05:08-05:00"))
    told = json.loads(record(text))

    assert told["name"] == "#5012"
    assert told["id"] == 6120045512001
    assert told["total_price"] == "84.00"
    assert told["created_at"] == "2026-03-02T09:05:08-05:00"
    assert told["line_items"] == [{"sku": "NF-MUG-01", "name": "Enamel Mug", "quantity": 2}]
    assert told["shipping_address"]["country_code"] == "US"
    assert told["email"] == "[e-mail 1]"
    assert set(told["customer"]) == {"first_name", "last_name", "phone"}
    for word in ("Maren", "Oberholt", "Alder", "Corvallis", "97330", "555"):
        assert word not in json.dumps(told)


def test_json_inside_a_json_string_is_looked_into():
    """An integration logs the body as a string, and the body holds another one."""
    inner = json.dumps({"payload": json.dumps({"email": "maren@buyer.example", "firstName": "Maren", "total": 84.0})})
    out = record("2026-03-02T14:00:04Z 0b9d import 65f1 " + json.dumps({"body": inner}))
    payload = json.loads(json.loads(json.loads(out.split(" ", 4)[4])["body"])["payload"])

    assert payload == {"email": "[e-mail 1]", "firstName": "[name 1]", "total": 84.0}


def test_only_the_redacted_values_change():
    """Odd blanks, number spellings and duplicate keys are evidence: they stay as they stand."""
    text = '{ "total":118.40 ,\t"qty" : 1e2, "qty": 3,"email" :"a@b.example" , "note_id":007 }'

    assert record(text) == text.replace('"a@b.example"', '"[e-mail 1]"')


@pytest.mark.parametrize("cut", range(40, 330, 7))
def test_a_record_that_was_cut_off_is_redacted_as_far_as_it_goes(cut: int):
    """A vendor cuts payloads anywhere, also inside an escape."""
    whole = json.dumps({"id": 1, "body": json.dumps(factories.order("#5012", 6120045512001))})
    out = record(whole[:cut])

    assert not re.search(r"maren|oberholt|alder|corvallis|97330|555-01", out, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("level=info email=maren@buyer.example order=#5012", "level=info email=[e-mail 1] order=#5012"),
        ('customer_name="Maren Oberholt" total=84.00', 'customer_name="[name 1]" total=84.00'),
        ("GET /orders?email=maren%40buyer.example&id=6120045512001", "GET /orders?email=[e-mail 1]&id=6120045512001"),
        ("{'email': 'maren@buyer.example', 'sku': 'NF-1'}", "{'email': '[e-mail 1]', 'sku': 'NF-1'}"),
        (r'body="{\"first_name\":\"Maren\",\"id\":1}"', r'body="{\"first_name\":\"[name 1]\",\"id\":1}"'),
        ("call +1 (503) 555-0142 about #5012", "call [phone 1] about #5012"),
        ("ring 020 7946 0958 today", "ring [phone 1] today"),
        ("send to 1420 Alder Creek Road, Corvallis, OR 97330", "send to [address 1], Corvallis, OR [postal code 1]"),
        ("Lindenstraße 12, 10969 Berlin", "[address 1], 10969 Berlin"),
        ("cancelled by Maren Oberholt", "cancelled by [name 1]"),
        ("Maren Oberholt placed this order on Online Store.", "[name 1] placed this order on Online Store."),
        ("<Ship><Name>M O</Name><PostalCode>97330</PostalCode></Ship>",
         "<Ship><Name>M O</Name><PostalCode>[postal code 1]</PostalCode></Ship>"),
        ("<ShipTo><Name>Maren</Name><Sku>NF-1</Sku></ShipTo>", "<ShipTo><Name>[name 1]</Name><Sku>NF-1</Sku></ShipTo>"),
    ],
)  # fmt: skip
def test_the_spellings_of_logs(text: str, expected: str):
    """Pairs, reprs, query strings, escaped JSON, prose, XML."""
    assert record(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T14:05:11.201Z 7ce1d2a98f3b41d6b0a420935012aa77 export 65f1a0c2b7d94e0012ab3401",
        "[02/Mar/2026:14:05:11 +0200] 6120045512001 200 200 2914",
        "2026-03-02 14:05:11 +1100 6120045512001",
        "c0f6a1d8-4b1e-4a37-9f59-0e1a2d20931a 3d813cbb-0123-4567-8901-2e1a2d20931a",
        "gid://shopify/Order/6120045512001 SO 20481 PO 20481 ID 20481 IF-8812 NF-MUG-01",
        "118.40 USD, -5.00, 1,840.00, 6.12005E+12, 1Z999AA10123456784, 9400 1000 0000 0000 0000 00",
        "884101,#5012,SO20481,3/2/2026 6:00 am,Pending Fulfillment,SalesOrd:B,84.00",
        "Sales Order #SO20481,3/9/2026 8:05 am,-System-,Workflow,Change,Document Status,Pending Approval,Billed",
        '{"name":"#5012","orderStatus":{"id":"B","refName":"Pending Fulfillment"},"financial_status":"paid"}',
        '{"name":"Shopify to NetSuite Orders","syncToken":"4","nextPageToken":"abc","idempotency-key":"k-1"}',
        '{"level":"error","message":"Invalid Field Value 9999 for the following field: item"}',
        "lodash@4.17.21 failed; MISSING_SHIP_ADDRESS: order ORD-20937 has no shipping_address in the payload",
        '{"headers":{"authorization":"********","x-shopify-shop-domain":"north-shop.myshopify.example"}}',
        "Basic authentication failed; Token validation failed; Bearer authentication is required",
    ],
)
def test_evidence_stays(text: str):
    """Ids, document names, SKUs, amounts, statuses, times and masks look like nobody."""
    assert record(text) == text


def test_csv_is_redacted_by_its_columns():
    """The same word is an order under `Name` and a person under `Billing Name`; quoting stays as it is."""
    row = (
        '#5012,maren@buyer.example,paid,84.00,"Oberholt, Maren",1420 Alder Creek Road,\'97330,5035550142,6120045512001'
    )
    expected = '#5012,[e-mail 1],paid,84.00,"[name 1]",[address 1],[postal code 1],[phone 1],6120045512001'

    assert record(row, SHOP_COLUMNS) == expected


@pytest.mark.parametrize(
    ("preamble", "columns"),
    [
        (b"\xef\xbb\xbfName,Email\r\n", ["Name", "Email"]),
        (b'Orders of last week\n\nName;E-Mail;"Zip, City"\n', ["Name", "E-Mail", "Zip, City"]),
        ("order-id\tbuyer-name\n".encode("utf-16"), ["order-id", "buyer-name"]),
        (b"", []),
        (b"\xff\n", ["\ufffd"]),
    ],
)
def test_columns_are_read_from_what_stands_above_the_first_record(preamble: bytes, columns: list[str]):
    assert columns_of(preamble) == columns


def test_what_a_buyer_wrote_into_the_attributes_of_a_cart_goes():
    assert "Hedwig" not in record('#1001,"gift_note: for Aunt Hedwig",12.00', ["Name", "Note Attributes", "Total"])
    told = record('{"name":"#1001","note_attributes":[{"name":"gift","value":"for Aunt Hedwig"}],"total":"12.00"}')
    assert "Hedwig" not in told
    assert "#1001" in told
    kept = '{"note_attributes":[{"name":"amazon-order-id","value":"112-4410021-77"},{"name":"boxes","value":"2"}]}'
    assert record(kept) == kept


def test_csv_rows_of_one_order_are_one_record():
    """Continuation rows follow with empty cells; an ERP's `Name` column holds the customer."""
    rows = '884101,Maren Oberholt,"{""email"":""a@b.example""}"\r\n,,\r\n884102,SO20482,x'
    expected = '884101,[name 1],"{""email"":""[e-mail 1]""}"\r\n,,\r\n884102,SO20482,x'

    assert record(rows, ["Internal ID", "Name", "Body"]) == expected


def test_without_known_columns_a_row_is_judged_by_its_cells():
    row = "884101,#5012,SO20481,Maren Oberholt,Pending Fulfillment,84.00,maren@buyer.example"

    assert record(row) == "884101,#5012,SO20481,[name 1],Pending Fulfillment,84.00,[e-mail 1]"


def test_the_same_value_is_the_same_token():
    """That two records speak of one buyer is evidence; case and punctuation do not make another one."""
    redactor = Redactor()
    first = redactor.record('{"email":"Maren@Buyer.example","phone":"+1 503-555-0142"}')
    second = redactor.record('{"phone":"(503) 555 0142","contact_email":"maren@buyer.example","email":"x@y.example"}')

    assert first == '{"email":"[e-mail 1]","phone":"[phone 1]"}'
    assert second == '{"phone":"[phone 1]","contact_email":"[e-mail 1]","email":"[e-mail 2]"}'


@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        '{"headers":{"Authorization":"Bearer s3cr3tvalue99"}}',
        "authorization: Basic dXNlcjpzM2NyM3R2YWx1ZQ== s3cr3tvalue99",
        '{"X-Shopify-Hmac-Sha256":"s3cr3tvalue99="}',
        "Cookie: session=s3cr3tvalue99; theme=dark",
        '{"set-cookie":["sid=s3cr3tvalue99"]}',
        "GET /hook?access_token=s3cr3tvalue99&order=5012",
        "sftp://celigo:s3cr3tvalue99@ftp.wms.example/in",
        '{"headers":[{"name":"X-API-Key","value":"s3cr3tvalue99"}]}',
        "eyJhbGciOiJIUzI1NiJ9.s3cr3tvalue99.c2ln",
        '{"client_secret":"s3cr3tvalue99","password":"s3cr3tvalue99"}',
        '{"body":"{\\"checkout_token\\":\\"s3cr3tvalue99\\"}"}',
    ],
)
def test_secrets_always_go(text: str, *, personal: bool):
    """With --no-redact as well."""
    assert "s3cr3tvalue99" not in Redactor(personal=personal).record(text)


def test_no_redact_leaves_people_in():
    text = '{"email":"maren@buyer.example","customer":{"name":"Maren Oberholt"}}'

    assert Redactor(personal=False).record(text) == text


def test_a_name_learned_from_one_record_goes_from_the_sentences_too():
    """Prose gives no field name; but somebody else's record did."""
    finding = factories.drop()
    finding.explanation = "Maren Oberholt's order was not passed on; call 5035550142."
    finding.value_in = "Maren Oberholt"
    result, traces, _ = redacted(factories.scan(findings=[finding]), [factories.cancelled_trace()], personal=True)
    told = msgspec.json.encode([result, traces]).decode()

    assert not re.search("maren|oberholt|winterfeld|alder creek|5550142", told, re.IGNORECASE)
    assert "SO20481" in told


def test_digests_and_places_are_those_of_the_original():
    """Redacting the text must not break the way back to the export."""
    before = factories.scan()
    after, _, _ = redacted(before, [], personal=True)

    for one, other in zip(before.findings, after.findings, strict=True):
        for was, now in zip(one.evidence, other.evidence, strict=True):
            assert (now.sha256, now.digest, now.offset, now.length) == (was.sha256, was.digest, was.offset, was.length)
    assert before == factories.scan()


def test_only_the_store_s_name_is_told():
    """Its folders name the reader."""
    result, _, _ = redacted(factories.scan(), [], personal=True)

    assert result.store["path"] == "tracelog.db"


def test_an_order_name_that_looks_like_a_phone_number_stays():
    finding = factories.drop()
    finding.order = "503-555-0142"
    finding.explanation = "503-555-0142 never arrived."
    result, _, _ = redacted(factories.scan(findings=[finding]), [], personal=True)

    assert result.findings[0].explanation == "503-555-0142 never arrived."


@pytest.mark.parametrize(
    "actor", ["-System-", "Integration User", "svc-deploy", "Shopify", "NF Warehouse Bridge", "RFC_CELIGO"]
)
def test_machines_are_no_persons(actor: str):
    """Who made a change is evidence, unless it is somebody's name."""
    assert not is_person(actor)


@pytest.mark.parametrize(
    "text", ["Maren Oberholt", "Jürgen Öztürk", "Anne-Marie O'Neill", "J. van der Berg", "MAREN OBERHOLT"]
)
def test_persons(text: str):
    assert looks_like_person(text)
    assert is_person(text)


def test_a_record_of_megabytes_is_cited_not_shown():
    out = record('{"x":"' + "a" * 2_000_000 + '"}')

    assert len(out) < 200
    assert "2,000,008 characters" in out


def test_brackets_without_end_do_no_harm():
    """Depth costs no recursion, and hostile text no time."""
    for text in (
        "[" * 50_000,
        '{"a":' * 20_000,
        '"' * 20_001,
        "\\" * 20_000,
        '{"' + "\\" * 9_999,
        "<a>" * 9_000,
        "'" * 9_000,
    ):
        assert record(text) == text


EMAILS = st.builds(
    lambda local, host, top: f"{local}@{host}.{top}",
    st.from_regex(r"[a-z0-9][a-z0-9._+-]{0,12}[a-z0-9]", fullmatch=True),
    st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,6})?", fullmatch=True),
    st.sampled_from(["com", "example", "co.uk", "museum"]),
)
PHONES = st.builds(
    lambda area, rest, shape: shape.format(area, rest[:3], rest[3:]),
    st.integers(201, 989),
    st.text(string.digits, min_size=7, max_size=7),
    st.sampled_from(["+1{}{}{}", "+1 {} {} {}", "({}) {}-{}", "{}-{}-{}", "1-{}-{}-{}", "+44 {} {} {}"]),
)


@settings(max_examples=150, deadline=None)
@given(EMAILS, PHONES, st.sampled_from(["json", "nested", "log", "prose", "row", "cut"]), st.integers(0, 30))
@example("a.b@c.d.co.uk", "503-555-0142", "nested", 0)
def test_no_email_or_phone_survives(email: str, phone: str, shape: str, filler: int):
    """Whatever the record looks like, by field or by look."""
    order = {
        "name": f"#{filler}",
        "contact_email": email,
        "customer": {"phone": phone},
        "memo": f"mail {email}, call {phone}",
    }
    text = {
        "json": json.dumps(order),
        "nested": json.dumps({"body": json.dumps({"body": json.dumps(order)})}),
        "log": f"2026-03-02T14:05:11Z INFO customer={email} phone='{phone}' msg=\"#{filler} mailed {email}\"",
        "prose": f"Could not reach {email} ({phone}) for order #{filler}.",
        "row": f"#{filler},{email},paid,84.00,,{phone},6120045512001",
        "cut": json.dumps({"body": json.dumps(order)})[: -3 - filler],
    }[shape]
    out = record(text)

    assert email not in out
    assert phone not in out
    assert f"#{filler}" in out


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_taken(text: str):
    """Nothing that a log may hold raises."""
    assert isinstance(record(text), str)
    assert isinstance(record(text, ["a", "Email"]), str)


LEAVES = st.none() | st.booleans() | st.integers() | st.text("ab\\\"{}[]:,'=<é", max_size=8)
KEYS = st.text('kq"\\', max_size=3)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_json_that_names_nobody_stays_as_it_is(value: object):
    """Also when it is wrapped in strings of JSON."""
    text = json.dumps({"data": json.dumps(value), "plain": value})

    assert record(text) == text


@pytest.mark.parametrize(
    "piece",
    ["x", "X", "9", "a@", "@", "%40", ".", "a.", "-", "Ab ", "1 1 ", "+1 ", "0", "<a", "<a></", "'a':'", '"a":"',
     '\\"a\\":\\"',
     "a=", "a: ", "a='", 'a="', "Straße ", "{ ", "[ ", ": ", "eyJaaaaaaaa.", "://a:", "-----BEGIN PRIVATE KEY-----",
     "by A ",
     "a,", ",,", '""', "\\", "\n", " ", "\u00e9"],
)  # fmt: skip
def test_no_text_takes_long(piece: str):
    """A run of anything: no pattern backtracks, or this would take minutes."""
    text = piece * (30_000 // len(piece))
    started = time.perf_counter()
    record(text)
    record("{" + text)

    assert time.perf_counter() - started < 5
