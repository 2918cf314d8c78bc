"""What the parts of GS1 values must hold: one function for each check of the table.

Each takes the text of one part, whose characters and length were already checked, and
returns None when it holds, else where in it the first wrong character stands.
"""

import calendar
from datetime import date

CHARSETS = {
    "N": frozenset("0123456789"),
    "X": frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"),
    "Y": frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "Z": frozenset("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz="),
}
"""Digits, and the GS1 character sets 82, 39 and 64 (General Specifications 7.11)."""

_COUNTRIES = """
004AF 008AL 010AQ 012DZ 016AS 020AD 024AO 028AG 031AZ 032AR 036AU 040AT 044BS 048BH 050BD 051AM
052BB 056BE 060BM 064BT 068BO 070BA 072BW 074BV 076BR 084BZ 086IO 090SB 092VG 096BN 100BG 104MM
108BI 112BY 116KH 120CM 124CA 132CV 136KY 140CF 144LK 148TD 152CL 156CN 158TW 162CX 166CC 170CO
174KM 175YT 178CG 180CD 184CK 188CR 191HR 192CU 196CY 203CZ 204BJ 208DK 212DM 214DO 218EC 222SV
226GQ 231ET 232ER 233EE 234FO 238FK 239GS 242FJ 246FI 248AX 250FR 254GF 258PF 260TF 262DJ 266GA
268GE 270GM 275PS 276DE 288GH 292GI 296KI 300GR 304GL 308GD 312GP 316GU 320GT 324GN 328GY 332HT
334HM 336VA 340HN 344HK 348HU 352IS 356IN 360ID 364IR 368IQ 372IE 376IL 380IT 384CI 388JM 392JP
398KZ 400JO 404KE 408KP 410KR 414KW 417KG 418LA 422LB 426LS 428LV 430LR 434LY 438LI 440LT 442LU
446MO 450MG 454MW 458MY 462MV 466ML 470MT 474MQ 478MR 480MU 484MX 492MC 496MN 498MD 499ME 500MS
504MA 508MZ 512OM 516NA 520NR 524NP 528NL 531CW 533AW 534SX 535BQ 540NC 548VU 554NZ 558NI 562NE
566NG 570NU 574NF 578NO 580MP 581UM 583FM 584MH 585PW 586PK 591PA 598PG 600PY 604PE 608PH 612PN
616PL 620PT 624GW 626TL 630PR 634QA 638RE 642RO 643RU 646RW 652BL 654SH 659KN 660AI 662LC 663MF
666PM 670VC 674SM 678ST 682SA 686SN 688RS 690SC 694SL 702SG 703SK 704VN 705SI 706SO 710ZA 716ZW
724ES 728SS 729SD 732EH 740SR 744SJ 748SZ 752SE 756CH 760SY 762TJ 764TH 768TG 772TK 776TO 780TT
784AE 788TN 792TR 795TM 796TC 798TV 800UG 804UA 807MK 818EG 826GB 831GG 832JE 833IM 834TZ 840US
850VI 854BF 858UY 860UZ 862VE 876WF 882WS 887YE 894ZM
"""
COUNTRIES = {code[:3]: code[3:] for code in _COUNTRIES.split()}
"""ISO 3166-1: three digits -> two letters."""
_COUNTRY_LETTERS = frozenset(COUNTRIES.values())

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_PAIR_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def check_digit(digits):
    """The digit that follows `digits` in a GTIN, GLN, SSCC … (General Specifications 7.9.1)."""
    return str(-sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(reversed(digits))) % 10)


def check_pair(text):
    """The two characters that follow `text` in a model number (General Specifications 7.9.5)."""
    order = sorted(CHARSETS["X"])
    total = sum(order.index(char) * prime for char, prime in zip(reversed(text), _PRIMES)) % 1021
    return _PAIR_LETTERS[total >> 5] + _PAIR_LETTERS[total & 31]


def full_year(two_digits, today):
    """The year that two digits mean: from 49 years before to 50 after (7.12)."""
    ahead = int(two_digits) - today.year % 100
    century = today.year // 100 + (-1 if ahead >= 51 else 1 if ahead <= -50 else 0)
    return century * 100 + int(two_digits)


def read_date(six_digits, today):
    """The date of YYMMDD; day 00 is the last of the month.

    :raise ValueError: there is no such day
    """
    year, month, day = full_year(six_digits[:2], today), int(six_digits[2:4]), int(six_digits[4:])
    if not 1 <= month <= 12:
        raise ValueError("no such month")
    return date(year, month, day or calendar.monthrange(year, month)[1])


def _mod10(text):
    return None if text[-1] == check_digit(text[:-1]) else len(text) - 1


def _mod1021(text):
    if len(text) < 3:
        return 0
    return None if check_pair(text[:-2]) == text[-2:] else len(text) - 2


def _prefix(text):
    return next((i for i, char in enumerate(text[:4].ljust(4)) if not char.isdigit()), None)


def _bad_day(year, month, day, zero_allowed):
    """Where (of year, month, day: 0, 1, 2) a date is wrong, None if it is right."""
    if not 1 <= month <= 12:
        return 1
    first = 0 if zero_allowed else 1
    return None if first <= day <= calendar.monthrange(year, month)[1] else 2


def _date(text, zero_allowed=False):
    # A leap year among two digits is one in every century of the window but 2100's.
    wrong = _bad_day(2000 + int(text[:2]), int(text[2:4]), int(text[4:]), zero_allowed)
    return None if wrong is None else wrong * 2


def _date0(text):
    return _date(text, zero_allowed=True)


def _date8(text):
    year = int(text[:4])
    if not year:
        return 0
    wrong = _bad_day(year, int(text[4:6]), int(text[6:]), False)
    return None if wrong is None else wrong * 2 + 2


def _below(limit):
    return lambda text: None if int(text) < limit else 0


def _hour_minute(text):
    if int(text[:2]) > 23:
        return 0
    return None if int(text[2:]) < 60 else 2


def _country(text):
    return None if text in COUNTRIES else 0


def _country999(text):
    return None if text == "999" else _country(text)


def _country2(text):
    return None if text in _COUNTRY_LETTERS else 0


def _piece(text):
    number, total = int(text[:2]), int(text[2:])
    if not number:
        return 0
    return None if number <= total else 2


def _birth_order(text):
    if not text[0].isdigit() or text[0] == "0":
        return 0
    if text[1] != "/":
        return 1
    return None if text[2].isdigit() and text[0] <= text[2] else 2


def _escaped(text):
    """Percent-encoding, where there is a percent sign."""
    for i, char in enumerate(text):
        if char == "%" and not (len(text) >= i + 3 and set(text[i + 1 : i + 3]) <= _HEX):
            return i
    return None


_HEX = frozenset("0123456789ABCDEFabcdef")


def _iban(text):
    if len(text) < 5:
        return 0
    for i, char in enumerate(text):
        if not (char.isdigit() if i in (2, 3) else char.isdigit() and i > 3 or "A" <= char <= "Z"):
            return i
    digits = "".join(str(int(char, 36)) for char in text[4:] + text[:4])
    return None if int(digits) % 97 == 1 else 2


def _one_of(allowed):
    return lambda text: None if text in allowed else 0


CHECKS = {
    "mod10": _mod10,
    "mod1021": _mod1021,
    "prefix": _prefix,
    "date": _date,
    "date0": _date0,
    "date8": _date8,
    "hour": _below(24),
    "minute": _below(60),
    "second": _below(60),
    "hour_minute": _hour_minute,
    "country": _country,
    "country999": _country999,
    "country2": _country2,
    # Of a currency only the digits are checked: the list changes too often.
    "currency": _below(1000),
    "latitude": _below(1800000001),
    "longitude": _below(3600000001),
    "piece": _piece,
    "birth_order": _birth_order,
    "escaped": _escaped,
    "iban": _iban,
    "importer": _one_of(CHARSETS["Z"] - {"="}),
    "medium": lambda text: None if 1 <= int(text) <= 10 or 80 <= int(text) <= 99 else 0,
    "sex": _one_of("0129"),
    "winding": _one_of("019"),
    "yesno": _one_of("01"),
    "hyphen": _one_of("-"),
    "zero": _one_of("0"),
    "nonzero": lambda text: None if int(text) else 0,
    "no_leading_zero": lambda text: 0 if text[0] == "0" and len(text) > 1 else None,
    "has_letter": lambda text: len(text) - 1 if text.isdigit() else None,
}


def find_wrong(identifier, value):
    """What is wrong with the value of an identifier: ``(kind, where in it, values)`` or None.

    Kinds as in :data:`.gs1.KINDS`.
    """
    at = 0
    for component in identifier.components:
        part = value[at : at + component.longest]
        if not part and component.optional:
            break
        charset = CHARSETS[component.charset]
        for i, char in enumerate(part):
            if char not in charset:
                return "character", at + i, {"character": char}
        if len(part) < component.shortest:
            break
        for name in component.checks:
            wrong = CHECKS[name](part)
            if wrong is not None:
                return _explain(name, part, at + wrong)
        at += len(part)
    else:
        if at == len(value):
            return None
        return _length(identifier, value, identifier.longest)
    if at == len(value) and at >= identifier.shortest:
        return None
    return _length(identifier, value, len(value))


def _length(identifier, value, at):
    shortest, longest = identifier.shortest, identifier.longest
    wanted = str(longest) if shortest == longest else f"{shortest}–{longest}"
    return "length", at, {"found": len(value), "wanted": wanted}


def _explain(name, part, at):
    if name == "mod10":
        return "check_digit", at, {"found": part[-1], "expected": check_digit(part[:-1])}
    if name == "mod1021" and len(part) > 2:
        return "check_digit", at, {"found": part[-2:], "expected": check_pair(part[:-2])}
    if name in ("date", "date0", "date8"):
        return "date", at, {"found": part}
    return "content", at, {"found": part}
