"""Of several rules, the most specific: what is said of one goes before what is said of many."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Scope(NamedTuple):
    """For whom and for what a rule is made; None: for all."""

    who: tuple | None
    """A target such as ``("partner", 7)``."""
    what: tuple | None
    """A target such as ``("category", 3)``."""


def pick(rules: Iterable[tuple[Scope, object]], who: Sequence, what: Sequence) -> list:
    """The rules that apply, of those only the most specific.

    Who it is goes before what it is: a rule for one customer and all products wins over one
    for all customers and one product.

    :param rules: ``(scope, rule)``
    :param who, what: levels of targets, the most specific level first; the targets of a level are
        equally specific, as the tags of a customer are
    :return: all rules of the first rank that has any, in their order; each of them applies
    """
    ranks_who = {target: rank for rank, level in enumerate(who) for target in level} | {None: len(who)}
    ranks_what = {target: rank for rank, level in enumerate(what) for target in level} | {None: len(what)}
    ranked = {}
    for scope, rule in rules:
        if scope.who in ranks_who and scope.what in ranks_what:
            rank = ranks_who[scope.who], ranks_what[scope.what]
            ranked.setdefault(rank, []).append(rule)
    return ranked[min(ranked)] if ranked else []
