"""What is personal and what is secret, by the name of a field; `looks` tells it by the look of free text.

Order names, document ids, SKUs, amounts, statuses, times, countries and regions are evidence and stay. Names of
fields are compared without case and punctuation, so that `Billing Zip`, `billing_zip` and `billingZip` are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tracelog.model.words import systems

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
    " noteattributes"
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
_FREE = _words("noteattributes customattributes properties lineitemproperties")
"""What a buyer may have typed: pairs whose names a shop makes up. Ids and numbers in them are evidence."""
_INSIDE_ACTORS = frozenset(("name", "fullname", "displayname", "login", "refname", "username"))

_EVERYDAY = 4
"""Letters up to which a system's name may be anybody's word (`make`, `web`)."""
_MACHINE = re.compile(
    r"system|integrat|script|workflow|\bapi\b|service|\bsvc\b|svc[-_.]|connector|\bbot\b|automat|\bapp\b|bridge|batch|rfc"
    r"|sync|schedul|webhook|\bjob\b|import|\bflow\b|daemon|\broot\b|\bcron\b"
    r"|anonymous|unknown|\bnone\b|\[|" + "|".join(sorted(name for name in systems() if len(name) > _EVERYDAY)),
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
WORD = r"[^\W\d_]++(?:['’.-][^\W\d_]++)*+\.?"
_PERSON = re.compile(rf"(?:{WORD} ){{1,3}}{WORD}\Z")
_PARTICLES = _words("van von de der den del della di da dos la le el al bin ibn und y")


@lru_cache(maxsize=4096)
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
    if around in _FREE and key not in {"name", "key", "id"}:
        return NOTE if re.search(r"[^\W\d_]{2}", value) and not re.fullmatch(r"\S*\d\S*", value) else None
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
