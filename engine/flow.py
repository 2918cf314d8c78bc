"""How much of the traced material went where (forward), or came from where (backward).

Perfect mixing within a lot: an outflow takes the share of the lot's material that it is
of the lot's quantity at that moment of the lot's :func:`~.reach.timeline`. An event
divides what it takes in over all that it makes. Backward is the adjoint of forward: it
asks of every ancestor what forward would say of it, in one pass for all of them.

Loops are facts. Where late postings make amounts depend on each other in a circle, one
event of the circle goes first with what is known by then; what arrives in a lot after
its outflows were settled stays in the lot. Nothing is lost or counted twice.
"""

from collections.abc import Iterable
from math import fsum

from .book import Book
from .flow_backward import Backward
from .flow_forward import WHERE, Forward
from .flow_run import Flow
from .reach import Reach


def forward(book: Book, reach: Reach, start: Iterable[int], unit: int, exact: bool = False) -> Flow:
    """Follow what the start lots of one reference unit held.

    A start lot is wholly affected. On each inflow the source adds what the traced
    material coming in lacks of the inflow's quantity, so a start set with a lot and its
    own child counts nothing twice. Where more leaves a start lot than came in, the
    source adds that too (a hole in the records must not make a shipment look clean),
    and a later inflow of unknown origin settles this debt before it adds more.

    :param book: the one given to :func:`~.reach.reach`; more in it changes nothing
    :param reach: its forward answer for the start lots
    :param start: start lots; those of other units are ordinary lots in this run
    :param unit: the reference unit; all amounts of the answer are in it
    :param exact: go through the timeline of plain lots too: the same answer, slower
    """
    run = Forward(book, reach, frozenset(start), unit, exact)
    run.settle_all()
    flow = run.flow
    flow.remaining |= {lot: amount for lot, amount in run.held.items() if amount}
    flow.source = fsum(flow.sources.values())
    for went in run.away.values():
        for where, amount in went.items():
            flow.ends[where] += amount
    for where, amount in zip(WHERE, run.ends, strict=True):
        flow.ends[where] += amount
    flow.ends["on_hand"] = fsum(flow.remaining.values())
    return flow


def backward(book: Book, reach: Reach, start: Iterable[int], exact: bool = False) -> Flow:
    """How much of every ancestor went into the start lots, in the ancestor's own unit.

    Works with *worth*: the part of a unit of material that ends in a start lot. It is 1
    of what comes into a start lot (which absorbs it), 0 of what remains in any other.
    An event's worth is that of its outputs by their weight. Back over an outflow that
    takes share ``r`` of a lot, the lot's worth becomes ``r * outflow + (1 - r) * lot``;
    an inflow has the worth of the lot at that moment.

    The amount of an outflow into a reached event is its quantity times the event's
    worth, of an inflow its quantity times the lot's. ``lot_in`` sums the outflows into
    events; without loops it is what :func:`forward` from this lot alone brings into the
    start lots, divided by the lot's factor, and, where the lot never lacks quantity,
    also the sum of its inflows without returns. Of a start lot it is what came in,
    without returns.

    :param book: the one given to :func:`~.reach.reach`; more in it changes nothing
    :param reach: its backward answer for the start lots
    :param exact: go through the timeline of plain lots too: the same answer, slower
    """
    run = Backward(book, reach, frozenset(start), exact)
    run.settle_all()
    run.flow.worth = run.worth
    return run.flow
