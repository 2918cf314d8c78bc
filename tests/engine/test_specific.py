from engine.specific import Scope, pick

SHOP, CHAIN, TAG, OTHER_TAG = ("partner", 1), ("partner", 2), ("tag", 5), ("tag", 6)
VARIANT, TEMPLATE, DAIRY, FOOD = ("product", 1), ("template", 1), ("category", 2), ("category", 1)
WHO = [[SHOP], [CHAIN], [TAG, OTHER_TAG]]
WHAT = [[VARIANT], [TEMPLATE], [DAIRY], [FOOD]]


def _pick(*scopes, who=WHO, what=WHAT):
    return pick([(Scope(*scope), scope) for scope in scopes], who, what)


def test_nothing_applies():
    assert _pick((("partner", 9), None), (None, ("category", 9))) == []


def test_customer_goes_before_product():
    assert _pick((None, VARIANT), (SHOP, None)) == [(SHOP, None)]


def test_address_goes_before_its_company_and_that_before_a_tag():
    assert _pick((TAG, VARIANT), (CHAIN, None), (SHOP, FOOD)) == [(SHOP, FOOD)]
    assert _pick((TAG, VARIANT), (CHAIN, None)) == [(CHAIN, None)]


def test_nearest_category():
    assert _pick((None, FOOD), (None, DAIRY), (None, None)) == [(None, DAIRY)]


def test_equally_specific_rules_all_apply():
    assert _pick((TAG, DAIRY), (OTHER_TAG, DAIRY), (TAG, None)) == [(TAG, DAIRY), (OTHER_TAG, DAIRY)]
