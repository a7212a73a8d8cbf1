"""What is personal and what is secret: by the name of a field, and by the look of free text.

Order names, document ids, SKUs, amounts, statuses, times, countries and regions are evidence and stay. Names of
fields are compared without case and punctuation, so that `Billing Zip`, `billing_zip` and `billingZip` are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

EMAIL, NAME, PHONE, ADDRESS, POSTAL, NOTE, IP, SECRET = (
    "e-mail", "name", "phone", "address", "postal code", "note", "IP address", "secret",
)  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ACTORS = _words(
    "user author employee setby createdby modifiedby lastmodifiedby updatedby changedby byuser uname staff staffmember"
    " salesrep remoteuser actor operator username loginname"
)
_NAMES = _words(
    "firstname lastname middlename fullname surname givenname familyname addressee attention attn recipient"
    " customername buyername contactname recipientname receivername shippingname billingname shiptoname billtoname"
    " cardholder cardholdername accountholder holdername consigneename customerusername buyerusername"
    " customerfirstname customerlastname shiptofirstname shiptolastname cname name1 name2 shipname billname"
    " contactperson billingcompany shippingcompany shiptocompany billtocompany companyname signedby receivedby"
    " deliveredto giftfrom giftto"
)
_ADDRESSES = _words(
    "city town suburb street streetname streetaddress housenumber shipaddress billaddress shippingaddress"
    " billingaddress addrtext addresstext fulladdress formattedaddress deliveryaddress latitude longitude lat lng"
    " shiptocity billtocity billingcity shippingcity buyercity shipcity recipientcity billingstreet shippingstreet"
    " pobox"
)
_ADDRESS_PART = re.compile(r"(?:addr|address|addressline|street|streetline|streetaddress)\d?\Z")
_NOTES = _words(
    "note notes customernote customernotes ordernote buyernote buyernotes customermessage giftmessage giftnote"
    " giftmessagetext staffnotes buyermessage deliveryinstructions shippinginstructions buyercheckoutmessage"
)
_IPS = _words("browserip clientip customerip customeripaddress buyerip shopperip")
_SECRETS = _words(
    "auth pwd passwd passphrase jwt bearer credential credentials sessionid jsessionid consumerkey accesskey"
    " accesskeyid privatekey xapikey cardnumber creditcardnumber ccnumber pan cvv cvc cvv2 securitycode iban"
    " sig ltpatoken2 pin"
)
_SECRET_PART = re.compile(r"authorization|cookie|secret|password|hmac|apikey|csrf|xsrf|passcode|signature\Z|tokens?\Z")
_AT = re.compile(r"\S(?:@|%40)\S+\.\S")
_NUMBERED = re.compile(r"[\d.:a-fA-F]+(?:/\d+)?")
"""An IP or other numeric address is no street."""
_NO_SECRET = re.compile(r"(?:sync|page|next|prev|previous|continuation|forward|backward|cursor)tokens?\Z")

_PEOPLE = _words(
    "customer customers buyer shopper recipient consignee receiver cardholder contact contacts guest member entity"
    " customerref billingaddress shippingaddress billaddress shipaddress defaultaddress address addresses addressto"
    " addressfrom shipto billto shiptoaddress billtoaddress deliveryaddress returnaddress postaladdress"
    " shippingaddresslist shippinginfo billinginfo billing shipping toaddress destination origin"
)
"""A record of this name describes a person or an address; inside it a plain `name` is a person's."""
_INSIDE_PEOPLE = {
    **dict.fromkeys(("name", "refname", "displayname", "company", "label", "first", "last", "text", "login"), NAME),
    **dict.fromkeys(("line1", "line2", "line3", "street1", "street2", "addr1", "addr2", "addr3"), ADDRESS),
}
_INSIDE_ACTORS = frozenset(("name", "fullname", "displayname", "login", "refname", "username"))

_MACHINE = re.compile(
    r"system|integrat|script|workflow|\bapi\b|service|\bsvc\b|svc[-_.]|connector|\bbot\b|automat|\bapp\b|bridge|batch|rfc"
    r"|sync|schedul|webhook|\bjob\b|import|shopify|netsuite|celigo|amazon|walmart|\bflow\b|daemon|\broot\b|\bcron\b"
    r"|anonymous|unknown|\bnone\b|\[",
    re.IGNORECASE,
)
_BUSINESS = _words(
    "pending approval approved fulfillment fulfilment fulfilled partially fully billed billing closed cancelled"
    " canceled shipped shipping shipment delivered delivery sales sale order orders item items invoice invoiced cash"
    " record document type status paid payment payments refund refunded return returned received authorized voided"
    " open draft hold processing complete completed failed rejected accepted error warning success new created"
    " updated user web services service rest soap workflow script csv import standard express ground economy"
    " priority free overnight gateway credit card gift default main store shop online pos warehouse location channel"
    " note memo internal external number date name amount total subtotal tax discount currency customer product sku"
    " set change low medium high risk none true false yes no united states kingdom canada not applicable in on at of"
    " progress transit requested request cancel unshipped executing start shape stop begin end process step queue"
    " retry failure exception invalid missing bridge monthly daily weekly hourly active inactive enabled disabled"
    " unfulfilled awaiting required review ready for pickup picked packed committed inventory purchase transfer"
    " deposit journal entry bill vendor"
)
_WORD = r"[^\W\d_]++(?:['’.-][^\W\d_]++)*+\.?"
_PERSON = re.compile(rf"(?:{_WORD} ){{1,3}}{_WORD}\Z")
_PARTICLES = _words("van von de der den del della di da dos la le el al bin ibn und y")


def plain(field: str) -> str:
    """`Billing Zip` → `billingzip`."""
    return re.sub(r"[\W_]+", "", field.rsplit(":", 1)[-1].lower())


def kind_of(field: str, parents: Sequence[str] = (), value: str = "") -> str | None:
    """Which kind of personal value or secret a field of that name holds; None: none that its name tells.

    `parents` are the plain names of the records around it, `value` settles what the name leaves open.
    """
    kind = _by_name(plain(field), parents, value)
    if kind in {NAME, ADDRESS} and _AT.search(value):
        return EMAIL
    return None if kind == ADDRESS and _NUMBERED.fullmatch(value) else kind


def _by_name(key: str, parents: Sequence[str], value: str) -> str | None:
    if key in _SECRETS or (_SECRET_PART.search(key) and not _NO_SECRET.search(key)):
        word = key.endswith("token") and len(value) < 16 and value.replace("_", "").isalpha()
        return None if word else SECRET  # a carrier's service level is a `token` too
    if "email" in key or key in {"mail", "mailaddress"}:
        return EMAIL if "@" in value or key.endswith(("email", "mail", "emailaddress", "emailid")) else None
    if ("phone" in key or key in {"tel", "fax", "mobile", "cell", "msisdn"}) and re.search(r"\d{3}|\d.*\d.*\d", value):
        return PHONE
    if key in {"plz", "postal", "zip5"} or key.endswith(("zipcode", "postalcode", "postcode", "postalzip")):
        return POSTAL
    if key.endswith("zip") and key not in {"gzip", "unzip"}:
        return POSTAL
    if key in _ADDRESSES or (_ADDRESS_PART.search(key) and not key.startswith(("ip", "mac", "url", "web"))):
        return ADDRESS
    if key in _NAMES:
        return NAME
    if key in _NOTES:
        return NOTE
    if key in _IPS:
        return IP
    if key in _ACTORS:
        return NAME if is_person(value) else None
    return _by_surroundings(key, parents, value)


def _by_surroundings(key: str, parents: Sequence[str], value: str) -> str | None:
    around = parents[-1] if parents else ""
    if around in _PEOPLE:
        return _INSIDE_PEOPLE.get(key)
    if around in _ACTORS and key in _INSIDE_ACTORS:
        return NAME if is_person(value) else None
    ambiguous = key == "name" and not parents  # a column `Name`: the order's, or the customer's
    if ambiguous or key in _PEOPLE or key == "arguments":
        return NAME if looks_like_person(value) else None
    return None


def is_person(value: str) -> bool:
    """Whether an actor is a person, as far as the name tells: everything that does not call itself a machine."""
    return bool(re.search(r"[^\W\d_]", value)) and not _MACHINE.search(value)


def is_telling(value: str) -> bool:
    """Whether a name from one record may be looked for in other text: several words, not all words of the trade."""
    words = re.findall(r"[^\W\d_]{2,}", value.lower())
    return len(words) > 1 and not all(word in _BUSINESS for word in words)


def looks_like_person(value: str) -> bool:
    """Two to four capitalised words that are no words of the trade."""
    text = value.strip()
    if len(text) > 80 or not _PERSON.match(text):
        return False
    words = text.split(" ")
    if any(word.lower().strip(".") in _BUSINESS for word in words) or _MACHINE.search(text):
        return False
    shouted = [word.isupper() and len(word) > 1 and "." not in word for word in words]
    if any(shouted) and not (all(shouted) and all(len(word) > 2 for word in words)):  # `Ship Confirm SS` is a script
        return False
    return all(word[0].isupper() or word in _PARTICLES for word in words)


_STREET = (
    r"Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Terrace|Place|Pl|Square|Highway|Hwy"
)
_STATE = (
    "A[LKZR]|C[AOT]|D[CE]|FL|GA|I[AL]|K[SY]|LA|M[ADINOST]|N[CDEHJMVY]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
    "|(?<=, )(?:HI|ID|IN|ME|OH|OK|OR)"
)
_LOCAL = r"\w.%+'!$*~^-"
_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:xn--[\w-]+|[^\W\d_]{2,24})\b"
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (SECRET, r"(?<=://)[^\s/@:\"']{1,200}:[^\s/@\"']{1,200}(?=@)"),
        (
            SECRET,
            r"\b(?:Bearer|Basic|Digest|Token|OAuth)[ ]+(?!realm\b)(?=\S*(?:\d|[a-z][A-Z]|=))[A-Za-z0-9+/=._~-]{8,}",
        ),
        (SECRET, r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?"),
        (
            SECRET,
            r"\b(?:shp(?:at|ca|pa|ss|tka)_[0-9a-fA-F]{16,}|[rsp]k_(?:live|test)_\w{8,}|whsec_\w{8,}|xox[abp]-[\w-]{8,})",
        ),
        (SECRET, r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}"),
        (SECRET, r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
        (SECRET, r"(?<![\w-])[3-6]\d{3}([ -])\d{4}\1\d{4}\1\d{4}(?!\1?\d|\w)"),
        (EMAIL, rf"(?<![{_LOCAL}])[{_LOCAL}]++@{_HOST}"),
        (EMAIL, rf"(?<![{_LOCAL}])(?:(?!%40)[{_LOCAL}])++%40{_HOST}"),
        (PHONE, r"(?<![\w+-])\+(?!(?:1[0-4])[0-5]\d(?!\d))[1-9](?:[ .()/-]{0,3}\d){7,14}(?![\w-])"),
        (
            PHONE,
            r"(?<![\w.-])(?:(?:1[ .-])?\([2-9]\d\d\)[ .-]?|1[ -][2-9]\d\d[ -]|[2-9]\d\d[.-])\d{3}[ .-]\d{4}(?![\w-])",
        ),
        (PHONE, r"(?<![\w.-])0\d(?:[ .-]\d{2}){4}(?![\w-])"),
        (PHONE, r"(?<![\w.:-])(?:\(0\d{1,4}\)[ ]?|0\d{2,4}[ ]?/[ ]?)\d{3,4}(?:[ -]?\d{2,5}){1,3}(?![\w-])"),
        (PHONE, r"(?<![\w.:/-])(?<!\d )0[1-9]\d{1,3} \d{3,4} \d{3,4}(?! ?\d|[\w-])"),
        (ADDRESS, rf"(?<![\w#-])\d{{1,5}}[A-Za-z]? (?:[A-Z0-9][\w'.]{{0,30}} ){{1,4}}(?:{_STREET})\b\.?"),
        (ADDRESS, r"\b[A-ZÄÖÜ][a-zäöüß-]+(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer) \d{1,4}[a-z]?\b"),
        (ADDRESS, r"\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|chemin|impasse|allée|quai) [^\d,;\"]{3,40}"),
        (ADDRESS, r"\bP\.? ?O\.? Box \d+"),
        (POSTAL, rf"\b(?:{_STATE}) (\d{{5}}(?:-\d{{4}})?)(?![\w-])"),
        (POSTAL, r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b(?!-)"),
        (POSTAL, r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d\b(?!-)"),
    )
)
"""Kind, and what such a value looks like in free text. Dates, offsets, ids and amounts must not match.

Each runs in time proportional to the text: a run of characters is tried once, from its start.
"""
_DID = "placed|cancell?ed|fulfilled|edited|refunded|paid|added|archived|sent|created|marked|captured|changed|approved"
ADDRESSED = re.compile(
    rf"(?<![\w'’.-])((?:{_WORD} ){{1,2}}{_WORD})(?= (?:{_DID})\b)"
    r"|\b(?:[Cc]ustomer|[Bb]uyer|[Rr]ecipient|[Cc]onsignee|[Aa]ttn|[Ss]hip(?:ped)? to|[Bb]ill(?:ed)? to|[Dd]ear|by"
    rf"|Mrs?|Ms|Dr)\b[.:]?\s+((?:{_WORD} ){{1,2}}{_WORD})"
)
"""A person named by the word before, or by what they did."""
