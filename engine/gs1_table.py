"""The GS1 application identifiers: formats, checks and pairings, as plain values.

Facts from the GS1 General Specifications (sections 3 and 4.14) and the GS1 Barcode Syntax
Dictionary, release 2026. Only what :mod:`.gs1` needs to know stands here.
"""

import re
from typing import NamedTuple


class Component(NamedTuple):
    """One part of a value; a value is its parts one after the other."""

    charset: str
    """``N`` digits, ``X`` the 82 characters, ``Y`` the 39 characters, ``Z`` base64url."""
    shortest: int
    longest: int
    optional: bool
    """It, and all after it, may be absent."""
    checks: tuple[str, ...]
    """Names of functions in :mod:`.gs1_checks`."""


class Identifier(NamedTuple):
    """One application identifier (AI)."""

    ai: str
    name: str
    components: tuple[Component, ...]
    needs: tuple[tuple[str, ...], ...]
    """One of these groups must stand beside it, whole (``n`` is any digit); empty: none."""
    excludes: tuple[str, ...]
    """None of these may stand beside it (``n`` is any digit)."""

    @property
    def longest(self):
        return sum(component.longest for component in self.components)

    @property
    def shortest(self):
        return sum(0 if component.optional else component.shortest for component in self.components)


# Groups that many need: the item, the item or what a logistic unit contains, …
ITEM = "01,02,03,8006,8026"
TRADE = "01,02"
UNIT = "00"
PATIENT = "8018"
PERSON = "8017,8018"
DEVICE = "01+21+8040"
PRICED = "30,31nn,32nn,35nn,36nn"

# (AI or first-last, format, name[, needs[, excludes]]). In a format, parts stand apart by
# spaces, [ ] is optional, "/" precedes a check.
_ROWS = (
    ("00", "N18/mod10", "SSCC"),
    ("01", "N14/mod10", "GTIN", "", "255,37"),
    ("02", "N14/mod10", "GTIN of contained items", "37", "01,03"),
    ("03", "N14/mod10", "GTIN made to order", "", "01,02,37,235"),
    ("10", "X..20", "batch or lot number", ITEM),
    ("11", "N6/date0", "production date", ITEM),
    ("12", "N6/date0", "due date", "8020"),
    ("13", "N6/date0", "packaging date", ITEM),
    ("15", "N6/date0", "best before date", ITEM),
    ("16", "N6/date0", "sell by date", ITEM),
    ("17", "N6/date0", "expiration date", f"{ITEM},255"),
    ("20", "N2", "product variant", ITEM),
    ("21", "X..20", "serial number", "01,03,8006", "235"),
    ("22", "X..20", "consumer product variant", "01"),
    ("235", "X..28", "controlled serial extension", "01"),
    ("240", "X..30", "additional product identification", ITEM),
    ("241", "X..30", "customer's part number", ITEM),
    ("242", "N..6", "made-to-order variant", "01,02,8006,8026"),
    ("243", "X..20", "packaging component number", "01,03"),
    ("250", "X..30", "secondary serial number", "01+21,03+21,8006+21"),
    ("251", "X..30", "reference to source", "01,03,8006"),
    ("253", "N13/mod10 [X..17]", "document type"),
    ("254", "X..20", "location extension", "414"),
    ("255", "N13/mod10 [N..12]", "coupon number", "", "01,02,415,8006,8020,8026"),
    ("30", "N..8", "count of a variable item", TRADE),
    ("37", "N..8", "count of contained items", "00+02,00+8026"),
    ("3900-3909", "N..15", "amount payable", "255,8020", "390n,391n,394n,8111"),
    ("3910-3919", "N3/currency N..15", "amount payable with currency", "8020", "391n"),
    ("3920-3929", "N..15", "price", "01+30,01+31nn,01+32nn,01+35nn,01+36nn", "392n,393n"),
    ("3930-3939", "N3/currency N..15", "price with currency", PRICED, "393n"),
    ("3940-3943", "N4", "percentage discount", "255", "394n,8111"),
    ("3950-3955", "N6", "price per unit of measure", PRICED, "392n,393n,395n,8005"),
    ("400", "X..30", "customer's order number"),
    ("401", "X..30/prefix", "consignment number"),
    ("402", "N17/mod10", "shipment number"),
    ("403", "X..30", "routing code", UNIT),
    ("410", "N13/mod10", "GLN to ship to"),
    ("411", "N13/mod10", "GLN to bill to"),
    ("412", "N13/mod10", "GLN purchased from"),
    ("413", "N13/mod10", "GLN to forward to"),
    ("414", "N13/mod10", "GLN of a location"),
    ("415", "N13/mod10", "GLN to pay to", "8020"),
    ("416", "N13/mod10", "GLN of production or service"),
    ("417", "N13/mod10", "GLN of a party"),
    ("420", "X..20", "postcode to ship to", "", "421"),
    ("421", "N3/country X..9", "country and postcode to ship to", "", "4307"),
    ("422", "N3/country", "country of origin", ITEM, "426"),
    ("423", "N3/country" + " [N3/country]" * 4, "countries of initial processing", "01,02,03", "426"),
    ("424", "N3/country", "country of processing", "01,02,03", "426"),
    ("425", "N3/country" + " [N3/country]" * 4, "countries of disassembly", "01,02,03", "426"),
    ("426", "N3/country", "country of full processing", "01,02,03"),
    ("427", "X..3", "subdivision of the country of origin", "01+422,02+422,03+422"),
    ("4300", "X..35/escaped", "company to ship to", UNIT),
    ("4301", "X..35/escaped", "contact to ship to", UNIT),
    ("4302", "X..70/escaped", "address to ship to", UNIT),
    ("4303", "X..70/escaped", "address to ship to, second line", "4302"),
    ("4304", "X..70/escaped", "suburb to ship to", UNIT),
    ("4305", "X..70/escaped", "locality to ship to", UNIT),
    ("4306", "X..70/escaped", "region to ship to", UNIT),
    ("4307", "X2/country2", "country to ship to", UNIT),
    ("4308", "X..30", "telephone to ship to", UNIT),
    ("4309", "N10/latitude N10/longitude", "coordinates to ship to", UNIT),
    ("4310", "X..35/escaped", "company to return to", UNIT),
    ("4311", "X..35/escaped", "contact to return to", UNIT),
    ("4312", "X..70/escaped", "address to return to", UNIT),
    ("4313", "X..70/escaped", "address to return to, second line", "4312"),
    ("4314", "X..70/escaped", "suburb to return to", UNIT),
    ("4315", "X..70/escaped", "locality to return to", UNIT),
    ("4316", "X..70/escaped", "region to return to", UNIT),
    ("4317", "X2/country2", "country to return to", UNIT),
    ("4318", "X..20", "postcode to return to", UNIT),
    ("4319", "X..30", "telephone to return to", UNIT),
    ("4320", "X..35/escaped", "service", UNIT),
    ("4321", "N1/yesno", "dangerous goods", UNIT),
    ("4322", "N1/yesno", "authority to leave", UNIT),
    ("4323", "N1/yesno", "signature required", UNIT),
    ("4324", "N6/date0 N4/hour_minute", "not before", UNIT),
    ("4325", "N6/date0 N4/hour_minute", "not after", UNIT),
    ("4326", "N6/date", "release date", UNIT),
    ("4330", "N6 [X1/hyphen]", "highest temperature in Fahrenheit", UNIT, "4331"),
    ("4331", "N6 [X1/hyphen]", "highest temperature in Celsius", UNIT, "4330"),
    ("4332", "N6 [X1/hyphen]", "lowest temperature in Fahrenheit", UNIT, "4333"),
    ("4333", "N6 [X1/hyphen]", "lowest temperature in Celsius", UNIT, "4332"),
    ("7001", "N13", "NATO stock number", "01,02,8006,8026"),
    ("7002", "X..30", "meat cut", TRADE),
    ("7003", "N6/date N4/hour_minute", "expiration date and time", "01,02,03"),
    ("7004", "N..4", "active potency", "01+10,03+10"),
    ("7005", "X..12", "catch area", TRADE),
    ("7006", "N6/date", "first freeze date", TRADE),
    ("7007", "N6/date [N6/date]", "harvest date", TRADE),
    ("7008", "X..3", "aquatic species", TRADE),
    ("7009", "X..10", "fishing gear", TRADE),
    ("7010", "X..2", "production method", "01,02,03"),
    ("7011", "N6/date [N4/hour_minute]", "test by date", "01,02,03"),
    ("7020", "X..20", "refurbishment lot", "01+416,03+416,8006+416"),
    ("7021", "X..20", "functional status", "01,03,8006"),
    ("7022", "X..20", "revision status", "01+7021,03+7021,8006+7021"),
    ("7023", "X..30/prefix", "assembly"),
    ("7030-7039", "N3/country999 X..27", "approval number of a processor", TRADE),
    ("7040", "N1 X1 X1 X1/importer", "identifier of the issuer"),
    ("7041", "X..4", "type of freight unit", UNIT),
    ("710-717", "X..20", "national healthcare reimbursement number", "01"),
    ("7230-7239", "X2 X..28", "certification reference", "01,8004"),
    ("7240", "X..20", "protocol", "01,8006", "03"),
    ("7241", "N2/medium", "type of medium", PERSON),
    ("7242", "X..25", "version control number", PERSON),
    ("7250", "N8/date8", "date of birth", PATIENT, "7251"),
    ("7251", "N8/date8 N4/hour_minute", "date and time of birth", PATIENT, "7250"),
    ("7252", "N1/sex", "biological sex", PATIENT),
    ("7253", "X..40/escaped", "family name", PERSON, "7256,7259"),
    ("7254", "X..40/escaped", "given name", PERSON, "7256,7259"),
    ("7255", "X..10", "name suffix", PERSON, "7256,7259"),
    ("7256", "X..90/escaped", "full name", PERSON),
    ("7257", "X..70/escaped", "address of a person", PATIENT),
    ("7258", "X3/birth_order", "birth sequence", "8018+7259"),
    ("7259", "X..40/escaped", "family name of a newborn", PATIENT, "7256"),
    ("8001", "N4/nonzero N5/nonzero N3/nonzero N1/winding N1", "dimensions of a roll", "01"),
    ("8002", "X..20", "mobile telephone identifier"),
    ("8003", "N1/zero N13/mod10 [X..16]", "returnable asset"),
    ("8004", "X..30/prefix", "individual asset"),
    ("8005", "N6", "price per unit", TRADE),
    ("8006", "N14/mod10 N4/piece", "piece of an item", "", "01,03,37"),
    ("8007", "X..34/iban", "IBAN", "415"),
    ("8008", "N6/date N2/hour [N2/minute] [N2/second]", "production date and time", "01,02,03"),
    ("8009", "X..50", "sensor indicator", "00,01,03"),
    ("8010", "Y..30/prefix", "component or part"),
    ("8011", "N..12/no_leading_zero", "serial number of a component or part", "8010"),
    ("8012", "X..20", "software version", "01,03,8006"),
    ("8013", "X..25/mod1021/prefix", "model number"),
    ("8014", "X..25/mod1021/prefix/has_letter", "device registration identifier", "01"),
    ("8017", "N18/mod10", "service provider", "", "8018"),
    ("8018", "N18/mod10", "service recipient", "", "8017"),
    ("8019", "N..10", "service instance", PERSON),
    ("8020", "X..25", "payment slip reference", "415"),
    ("8026", "N14/mod10 N4/piece", "contained pieces of an item", "37", "02,03,8006"),
    (
        "8030",
        "Z..90",
        "digital signature",
        "00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018",
    ),
    ("8040", "N15", "IMEI", "01+21"),
    ("8041", "N15", "second IMEI", DEVICE),
    ("8042", "N32", "embedded SIM", DEVICE),
    ("8043", "N18 [N..2]", "physical SIM", DEVICE),
    ("8110", "X..70", "coupon code"),
    ("8111", "N4", "loyalty points", "255"),
    ("8112", "X..70", "positive offer coupon"),
    ("8200", "X..70", "product page", "01"),
    ("90", "X..30", "agreed between partners"),
    ("91-99", "X..90", "internal to the company"),
)

# First three digits: what is measured, unit. The fourth tells the decimals, 0 to 5.
_NET = "310 net weight kg, 311 length m, 312 width m, 313 height m, 314 area m², 315 net volume l,\
 316 net volume m³, 320 net weight lb, 321 length in, 322 length ft, 323 length yd, 324 width in,\
 325 width ft, 326 width yd, 327 height in, 328 height ft, 329 height yd, 350 area in², 351 area ft²,\
 352 area yd², 356 net weight oz_t, 357 net volume fl_oz, 360 net volume qt, 361 net volume gal,\
 364 net volume in³, 365 net volume ft³, 366 net volume yd³"
_LOGISTIC = (
    "330 gross weight kg, 331 gross length m, 332 gross width m, 333 gross height m, 334 gross area m²,\
 335 gross volume l, 336 gross volume m³, 340 gross weight lb, 341 gross length in, 342 gross length ft,\
 343 gross length yd, 344 gross width in, 345 gross width ft, 346 gross width yd, 347 gross height in,\
 348 gross height ft, 349 gross height yd, 353 gross area in², 354 gross area ft², 355 gross area yd²,\
 362 gross volume qt, 363 gross volume gal, 367 gross volume in³, 368 gross volume ft³, 369 gross volume yd³"
)
_MEASURES = ((_NET, TRADE), (_LOGISTIC, "00,01"), ("337 weight per area kg/m²", "01"))

LINK_KEYS = {
    "00": (),
    "01": (("22", "10", "21"), ("235",)),
    "253": (),
    "255": (),
    "401": (),
    "402": (),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": (),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": (),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
"""Primary keys of Digital Link URIs, with the sequences of qualifiers each may have."""
NOT_IN_QUERY = frozenset("03 21 22 235 254 7040 7041 8011 8014 8019 8020 8040 8041 8042 8043 8200".split())
"""Identifiers that a Digital Link URI may not carry in its query, whatever its key."""
PREDEFINED = {
    "00": 20,
    **dict.fromkeys(("01", "02", "03", "04"), 16),
    **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 8),
    "20": 4,
    **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 10),
    "41": 16,
}
"""First two digits of the identifiers that need no separator after them: length with the
identifier (GS1 General Specifications 7.8.5, some of them not assigned yet)."""

_COMPONENT = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)((?:/\w+)*)\]?")


def _compile_format(text):
    components = []
    for part in text.split():
        optional, charset, up_to, length, checks = _COMPONENT.fullmatch(part).groups()
        components.append(
            Component(
                charset,
                1 if up_to else int(length),
                int(length),
                bool(optional),
                tuple(checks.split("/")[1:]),
            )
        )
    return tuple(components)


def _compile():
    identifiers, measures = {}, {}

    def add(ai, components, name, needs="", excludes=""):
        identifiers[ai] = Identifier(
            ai,
            name,
            components,
            tuple(tuple(group.split("+")) for group in needs.split(",") if group),
            tuple(one for one in excludes.split(",") if one),
        )

    for ai, text, *rest in _ROWS:
        components = _compile_format(text)
        first, _, last = ai.partition("-")
        for number in range(int(first), int(last or first) + 1):
            add(f"{number:0{len(first)}}", components, *rest)
    six = _compile_format("N6")
    for rows, needs in _MEASURES:
        for row in rows.split(","):
            prefix, *name, unit = row.split()
            measures[prefix] = (" ".join(name), unit.replace("_", " "))
            for decimals in "012345":
                add(prefix + decimals, six, " ".join(name), needs, f"{prefix}n")
    return identifiers, measures


IDENTIFIERS, MEASURES = _compile()
"""AI -> :class:`Identifier`; first three digits of a measure -> (what, unit)."""


def matches(pattern, ai):
    """Whether `ai` is `pattern`, in which ``n`` is any digit."""
    return len(pattern) == len(ai) and all(a in ("n", b) for a, b in zip(pattern, ai))
