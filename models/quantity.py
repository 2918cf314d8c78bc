"""A quantity within a sentence, as people write it."""

from odoo.tools import formatLang


def say_quantity(env, quantity):
    """In the language of `env`, with the decimals that it has: 1250000 and 12.5, never 1.25e+06.

    Without a mark for thousands: as it is typed where it is asked for.
    """
    digits = env["decimal.precision"].precision_get("Product Unit")
    decimals = f"{quantity:.{digits}f}".rstrip("0").partition(".")[2]
    return formatLang(env, quantity, digits=len(decimals), grouping=False)
