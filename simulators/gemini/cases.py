"""What kinds of conversation there are, and what the stand-in for the model thinks of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """`sentences` open the summary; `{what}` is a product or a quotation. `depth` is how far down a sales pipeline
    the case belongs when no stage's description says; `stage_words` are stems that speak for a stage, with weights.
    """

    sentences: Sequence[str]
    status: str
    score: int
    confidence: int
    depth: float
    because: str
    stage_words: Mapping[str, int] = field(default_factory=dict)


_EARLY = {"first": 2, "new": 2, "greet": 3, "not clear": 2, "inbox": 2}
_ASKING = {"price": 3, "availab": 3, "terms": 2, "asked": 2, "qualif": 3, "inquir": 2}
_TALKING = {"conversation": 2, "under way": 2, "contacted": 3, "engag": 2}
_CLOSING = {"offer": 3, "negotiat": 3, "proposal": 3, "quantity": 2, "deliver": 1, "purchas": 2, "quote": 2}
_OWNING = {"bought": 3, "already": 1, "order status": 3, "complain": 3, "return": 2, "support": 3, "care": 2}

CASES: Mapping[str, Case] = {
    "SPAM": Case(
        (
            "Unsolicited sales pitch, not a customer: {quote}.",
            "Somebody advertising to the Page: {quote}. Nothing to sell here.",
        ),
        "UNQUALIFIED",
        2,
        92,
        0.0,
        "is an advertisement or an attempt to mislead",
        _EARLY,
    ),
    "OPT_OUT": Case(
        ("The customer asks not to be messaged any more.", "Wants to be taken off the list: {quote}."),
        "LOST",
        3,
        88,
        0.0,
        "asks the Page to stop writing",
        _TALKING,
    ),
    "WRONG_CONTACT": Case(
        ("Reached the wrong Page: {quote}.", "A message meant for somebody else ({quote})."),
        "UNQUALIFIED",
        5,
        85,
        0.0,
        "is meant for somebody else",
        _EARLY,
    ),
    "JOB": Case(
        ("Looks for work, not for a product: {quote}.", "A job seeker: {quote}."),
        "UNQUALIFIED",
        14,
        84,
        0.0,
        "asks about work",
        _EARLY,
    ),
    "COMPLAINT": Case(
        (
            "Complains about a purchase: {quote}.",
            "An unhappy buyer: {quote}.",
            "Something went wrong with an order: {quote}.",
        ),
        "CONVERTED",
        26,
        86,
        0.9,
        "reports a problem with something already bought",
        _OWNING,
    ),
    "ORDER_STATUS": Case(
        ("Waits for an order and asks where it is: {quote}.", "Asks when an order will arrive: {quote}."),
        "CONVERTED",
        44,
        84,
        0.9,
        "asks about an order already placed",
        _OWNING,
    ),
    "SUPPORT": Case(
        (
            "Needs help with a product: {quote}.",
            "Has a question about using or choosing a product safely: {quote}.",
        ),
        "CONTACTED",
        45,
        66,
        0.5,
        "asks for help rather than for an offer",
        _OWNING | _TALKING,
    ),
    "DECLINED": Case(
        ("Decided against buying: {quote}.", "Will not buy for now: {quote}."),
        "LOST",
        9,
        82,
        0.2,
        "says that they will not buy",
        _TALKING,
    ),
    "PAID": Case(
        ("Ordered {what} and says it is paid.", "The order of {what} is paid."),
        "CONVERTED",
        85,
        88,
        0.9,
        "says that the order is paid",
        _OWNING,
    ),
    "WHOLESALE_READY": Case(
        (
            "A business buyer ready to sign: {quote}.",
            "Wants a wholesale contract soon: {quote}.",
            "Strong wholesale lead: {quote}.",
        ),
        "QUALIFIED",
        89,
        88,
        0.8,
        "names monthly quantities and wants to go ahead",
        _CLOSING,
    ),
    "WHOLESALE_EXPLORING": Case(
        ("Explores wholesale supply: {quote}.", "Compares wholesale offers: {quote}."),
        "QUALIFIED",
        68,
        74,
        0.5,
        "asks for wholesale terms without deciding",
        _ASKING,
    ),
    "EVENT_READY": Case(
        ("Wants to book: {quote}.", "Ready to fix a booking: {quote}."),
        "QUALIFIED",
        83,
        82,
        0.8,
        "wants to fix a date",
        _CLOSING,
    ),
    "EVENT": Case(
        ("Asks about a booking or an event: {quote}.", "Plans an event and asks what is possible: {quote}."),
        "QUALIFIED",
        70,
        76,
        0.5,
        "asks about a booking",
        _ASKING,
    ),
    "ORDERING": Case(
        ("Wants to order {what}.", "Ready to buy {what}.", "Places an order for {what}."),
        "QUALIFIED",
        84,
        86,
        0.8,
        "wants to order",
        _CLOSING,
    ),
    "NEGOTIATING": Case(
        ("Got a price for {what} and asks for better terms.", "Negotiates the price of {what}."),
        "QUALIFIED",
        76,
        78,
        0.7,
        "asks for a discount on an offer",
        _CLOSING,
    ),
    "SUBSCRIPTION": Case(
        ("Asks how a subscription works: {quote}.", "Considers a subscription: {quote}."),
        "QUALIFIED",
        66,
        76,
        0.5,
        "asks for the terms of a subscription",
        _ASKING,
    ),
    "PRICE": Case(
        ("Asks for the price of {what}.", "Wants to know what {what} costs.", "Price enquiry about {what}."),
        "QUALIFIED",
        58,
        78,
        0.4,
        "asks for a price",
        _ASKING,
    ),
    "AVAILABILITY": Case(
        ("Asks whether {what} is available.", "Looks for {what}."),
        "QUALIFIED",
        56,
        72,
        0.4,
        "asks what is available",
        _ASKING,
    ),
    "PRAISE": Case(
        ("A happy customer: {quote}.", "Praises what they bought: {quote}."),
        "CONVERTED",
        62,
        76,
        0.9,
        "is pleased with something already bought",
        _OWNING,
    ),
    "PRACTICAL": Case(
        ("Asks a practical question before a visit: {quote}.", "Wants to come by: {quote}."),
        "CONTACTED",
        38,
        68,
        0.25,
        "asks about visiting, not about a product",
        _TALKING,
    ),
    "INTEREST": Case(
        ("Shows interest without saying in what: {quote}.", "Asked for information: {quote}."),
        "NEW",
        34,
        58,
        0.2,
        "shows interest without a concrete need",
        _TALKING,
    ),
    "GREETING": Case(
        ("Only greeted; what they want is not clear yet ({quote}).", "Wrote just {quote}; nothing to act on yet."),
        "NEW",
        14,
        42,
        0.0,
        "says too little to tell what they want",
        _EARLY,
    ),
    "QUESTION": Case(
        ("Asks a question: {quote}.", "Wants to know: {quote}."),
        "CONTACTED",
        42,
        56,
        0.25,
        "asks something without a buying signal",
        _TALKING,
    ),
    "UNCLEAR": Case(
        ("What they want is not clear: {quote}.", "A conversation without a clear request: {quote}."),
        "CONTACTED",
        28,
        46,
        0.1,
        "shows no clear request",
        _TALKING,
    ),
}
