"""Who the demo plant deals with and what it makes: tables, no logic.

Names, addresses and numbers are invented; `.example` is reserved for that, and so is
the GTIN prefix 952. Keys become XML ids: `lot_genealogy.demo_partner_<key>`,
`lot_genealogy.demo_product_<key>`, `lot_genealogy.demo_location_<key>`.
"""

LOCATIONS = {
    "ambient": "Ambient store",
    "cold": "Cold store",
    "kitchen": "Kitchen",
    "packing": "Packing",
    "quarantine": "Quarantine",
}

COMPANY = {
    "name": "De Kikkererwt B.V.",
    "street": "Koxkampseweg 18",
    "zip": "5301 KK",
    "city": "Zaltbommel",
    "phone": "+31 418 555 010",
    "email": "info@dekikkererwt.example",
    "tz": "Europe/Amsterdam",
    "global_location_number": "9521234900009",
    "food_business_type": "manufacturer",
    "contact_24h": "Marit Visser, +31 6 5555 0110",
}
# for authorities: page Regulatory of the settings
REGULATORY = {
    "recall_contact": "Marit Visser, compliance officer, +31 418 555 011, marit@dekikkererwt.example",
    "recall_responsible": "Joost van Bommel, managing director, Koxkampseweg 18, 5301 KK Zaltbommel",
    "recall_public_contact": "Consumer service, +31 418 555 020, service@dekikkererwt.example",
    "traceability_contact": "Marit Visser, compliance officer, +31 418 555 011",
    "lot_code_explanation": "Letters: the product. Digits: hall and batch, counted up through the year.",
}

# fmt: off
# key: name, street, zip, city, country, phone, e-mail, our reference
SUPPLIERS = {
    "sesame": (
        "Ege Susam Gıda A.Ş.", "Atatürk Organize Sanayi 41", "35620", "İzmir", "tr",
        "+90 232 555 01 41", "quality@egesusam.example", "S-101",
    ),
    "chickpea": (
        "Legumbres del Duero S.L.", "Polígono Los Llanos 8", "49023", "Zamora", "es",
        "+34 980 555 108", "calidad@legumbresduero.example", "S-102",
    ),
    "citrus": (
        "Agrumi Valle Etnea S.r.l.", "Via delle Zagare 17", "95121", "Catania", "it",
        "+39 095 555 0117", "qualita@valleetnea.example", "S-103",
    ),
    "oil": (
        "Oliemolen Zaanstreek B.V.", "Pakhuisweg 22", "1505 HX", "Zaandam", "nl",
        "+31 75 555 0122", "kwaliteit@oliemolen.example", "S-104",
    ),
    "garlic": (
        "Ail du Gers SARL", "12 route de Lectoure", "32500", "Fleurance", "fr",
        "+33 5 62 55 01 12", "contact@ailgers.example", "S-105",
    ),
    "spices": (
        "Specerijen De Waag B.V.", "Brink 5", "7411 BT", "Deventer", "nl",
        "+31 570 555 105", "info@dewaag.example", "S-106",
    ),
    "vegetables": (
        "Conserve Val Parma S.r.l.", "Strada Budellungo 30", "43123", "Parma", "it",
        "+39 0521 555 130", "qualita@valparma.example", "S-107",
    ),
    "packaging": (
        "Verpack Rhein GmbH", "Hafenstraße 64", "47119", "Duisburg", "de",
        "+49 203 555 0164", "service@verpackrhein.example", "S-108",
    ),
}

CUSTOMERS = {
    "noordzee": (
        "Noordzee Foods Groothandel B.V.", "Waalhaven Z.z. 19", "3089 JH", "Rotterdam",
        "nl", "+31 10 555 0119", "kwaliteit@noordzeefoods.example", "C-201",
    ),
    "linde": (
        "Natuurwinkel De Linde", "Biltstraat 88", "3572 BD", "Utrecht", "nl",
        "+31 30 555 0188", "winkel@delinde.example", "C-202",
    ),
    "sahin": (
        "Marktkraam Sahin", "Herman Costerstraat 3", "2571 PC", "Den Haag", "nl",
        "+31 70 555 0103", False, "C-203",
    ),
    "vanburen": (
        "Delicatessen Van Buren", "Haarlemmerdijk 140", "1013 JJ", "Amsterdam", "nl",
        "+31 20 555 0140", "info@vanburen.example", "C-204",
    ),
    "stlucas": (
        "St. Lucas Ziekenhuis", "Michelangelolaan 12", "5623 EJ", "Eindhoven", "nl",
        "+31 40 555 0112", "inkoop@stlucas.example", "C-205",
    ),
    "goudappel": (
        "Goudappel Catering", "Ceintuurbaan 51", "8022 AW", "Zwolle", "nl",
        "+31 38 555 0151", "keuken@goudappel.example", "C-206",
    ),
    "ooievaar": (
        "Supermarkt De Ooievaar", "Haarlemmerstraat 210", "2312 GG", "Leiden", "nl",
        "+31 71 555 0110", "filiaal@deooievaar.example", "C-207",
    ),
    "scheldestad": (
        "Scheldestad Horeca NV", "Noorderlaan 75", "2030", "Antwerpen", "be",
        "+32 3 555 01 75", "orders@scheldestad.example", "C-208",
    ),
    "marolles": (
        "Épicerie des Marolles", "Rue Haute 129", "1000", "Bruxelles", "be",
        "+32 2 555 01 29", False, "C-209",
    ),
    "wildetijm": (
        "Biowinkel De Wilde Tijm", "Brugsepoortstraat 33", "9000", "Gent", "be",
        "+32 9 555 01 33", "hallo@wildetijm.example", "C-210",
    ),
    "rheintor": (
        "Feinkost Rheintor GmbH", "Severinstraße 58", "50678", "Köln", "de",
        "+49 221 555 0158", "einkauf@rheintor.example", "C-211",
    ),
    "sonnenblick": (
        "Reformhaus Sonnenblick", "Adalbertstraße 20", "52062", "Aachen", "de",
        "+49 241 555 0120", "laden@sonnenblick.example", "C-212",
    ),
    "westfalen": (
        "Westfalen Frische Großhandel GmbH", "Robert-Bosch-Straße 9", "48153",
        "Münster", "de", "+49 251 555 0109", "qm@westfalenfrische.example", "C-213",
    ),
    "olivenhof": (
        "Restaurant Olivenhof", "Lorettostraße 27", "40219", "Düsseldorf", "de",
        "+49 211 555 0127", False, "C-214",
    ),
    "vandermeer": (
        "Veehouderij Van der Meer", "Provincialeweg 4", "3981 AR", "Bunnik", "nl",
        "+31 30 555 0104", "vandermeer@boerderij.example", "C-215",
    ),
}

# a delivery address of its own: key: parent, name, street, zip, city, phone, e-mail
ADDRESSES = {
    "stlucas_kitchen": (
        "stlucas", "Centrale keuken", "Michelangelolaan 12, poort 4", "5623 EJ",
        "Eindhoven", "+31 40 555 0146", "keuken@stlucas.example",
    ),
}

# what they are, for authorities; all others are shops
BUSINESS = {
    "sesame": "manufacturer", "chickpea": "packer", "citrus": "manufacturer",
    "oil": "manufacturer", "garlic": "manufacturer", "spices": "packer",
    "vegetables": "manufacturer", "packaging": "other", "noordzee": "distributor",
    "scheldestad": "distributor", "westfalen": "distributor", "stlucas": "catering",
    "stlucas_kitchen": "catering", "goudappel": "catering", "olivenhof": "catering",
    "vandermeer": "primary",
}

# Global Location Numbers
GLN = {
    "sesame": "9521234900016", "noordzee": "9521234900023",
    "westfalen": "9521234900030", "ooievaar": "9521234900047",
    "stlucas": "9521234900054", "rheintor": "9521234900061",
}

CATEGORIES = {
    "raw": "Raw materials",
    "packaging": "Packaging",
    "semi": "Semi-finished",
    "finished": "Finished goods",
    "byproduct": "By-products",
}

UNITS = {
    "kg": "uom.product_uom_kgm",
    "L": "uom.product_uom_litre",
    "pc": "uom.product_uom_unit",
}

# key: lot prefix, code, name, category, unit, stored in, shelf life in days (0: none),
#      cost, price, barcode
PRODUCTS = {
    "chickpea": ("CHK", "RM-010", "Chickpeas, dried", "raw", "kg", "ambient", 540,
                 1.35, 0, False),
    "tahini": ("TAH", "RM-020", "Tahini (sesame paste)", "raw", "kg", "ambient", 365,
               5.80, 0, False),
    "lemon": ("LEM", "RM-030", "Lemon juice", "raw", "L", "cold", 180,
              2.40, 0, False),
    "sunoil": ("SUN", "RM-040", "Sunflower oil", "raw", "L", "ambient", 365,
               1.55, 0, False),
    "olive": ("OLI", "RM-041", "Olive oil, extra virgin", "raw", "L", "ambient", 540,
              7.90, 0, False),
    "garlic": ("GAR", "RM-050", "Garlic purée", "raw", "kg", "cold", 60,
               4.20, 0, False),
    "cumin": ("CUM", "RM-060", "Cumin, ground", "raw", "kg", "ambient", 720,
              9.50, 0, False),
    "salt": ("SAL", "RM-061", "Sea salt", "raw", "kg", "ambient", 1440,
             0.40, 0, False),
    "paprika": ("PAP", "RM-062", "Paprika powder", "raw", "kg", "ambient", 720,
                7.00, 0, False),
    "chili": ("CHI", "RM-063", "Chili flakes", "raw", "kg", "ambient", 720,
              8.50, 0, False),
    "tomato": ("TPA", "RM-070", "Tomato paste", "raw", "kg", "ambient", 540,
               1.90, 0, False),
    "pepper": ("RPE", "RM-071", "Roasted red peppers", "raw", "kg", "cold", 180,
               3.60, 0, False),
    "tub": ("TUB", "PK-010", "Tub 200 g", "packaging", "pc", "ambient", 0,
            0.09, 0, False),
    "film": ("FIL", "PK-011", "Sealing film lid", "packaging", "pc", "ambient", 0,
             0.02, 0, False),
    "bucket": ("BKT", "PK-020", "Bucket 2.5 kg with lid", "packaging", "pc",
               "ambient", 0, 0.65, 0, False),
    "bottle": ("BOT", "PK-030", "Bottle 250 ml with cap", "packaging", "pc",
               "ambient", 0, 0.21, 0, False),
    "cooked": ("CCK", "SF-010", "Chickpeas, cooked", "semi", "kg", "cold", 5,
               0.75, 0, False),
    "spice": ("SPM", "SF-020", "Spice mix for hummus", "semi", "kg", "ambient", 365,
              4.70, 0, False),
    "base": ("HB", "SF-030", "Hummus base", "semi", "kg", "cold", 21,
             2.10, 0, False),
    "tahinibase": ("TSB", "SF-040", "Tahini sauce base", "semi", "L", "cold", 60,
                   2.85, 0, False),
    "tomatobase": ("TOB", "SF-050", "Tomato and pepper sauce base", "semi", "L",
                   "cold", 30, 1.95, 0, False),
    "hummus": ("HUM", "FG-100", "Hummus natural 200 g", "finished", "pc", "cold", 42,
               0.55, 1.65, "9521234500100"),
    "hummus_pepper": ("HPE", "FG-110", "Hummus roasted pepper 200 g", "finished", "pc",
                      "cold", 42, 0.60, 1.80, "9521234500117"),
    "hummus_catering": ("HCA", "FG-120", "Hummus catering 2.5 kg", "finished", "pc",
                        "cold", 42, 6.10, 14.50, "19521234500121"),
    "tahinisauce": ("TSA", "FG-200", "Tahini sauce 250 ml", "finished", "pc",
                    "ambient", 270, 0.98, 2.60, "9521234500209"),
    "tomatosauce": ("TOM", "FG-210", "Tomato and pepper sauce 250 ml", "finished",
                    "pc", "ambient", 365, 0.75, 2.20, "9521234500216"),
    "trimmings": ("TRI", "BP-010", "Chickpea trimmings (feed)", "byproduct", "kg",
                  "ambient", 21, 0.02, 0.05, False),
    "rests": ("FEE", "BP-020", "Hummus line rests (feed)", "byproduct", "kg", "cold",
              21, 0.02, 0.08, False),
}

# key: pack size and style on the label; nothing here is of animal origin
PACKS = {
    "chickpea": ("25 kg", "Sack"), "tahini": ("20 kg", "Pail"),
    "lemon": ("20 L", "Canister"), "sunoil": ("200 L", "Drum"), "olive": ("30 L", "Drum"),
    "garlic": ("2 kg", "Pail"), "cumin": ("25 kg", "Sack"), "salt": ("25 kg", "Sack"),
    "paprika": ("10 kg", "Bag"), "chili": ("5 kg", "Bag"), "tomato": ("10 kg", "Bag in box"),
    "pepper": ("6 kg", "Pail"), "cooked": ("62 kg", "Trolley"), "spice": ("10 kg", "Bag"),
    "base": ("100 kg", "Trolley"), "tahinibase": ("100 L", "Vat"),
    "tomatobase": ("100 L", "Vat"), "hummus": ("12 x 200 g", "Tub"),
    "hummus_pepper": ("12 x 200 g", "Tub"), "hummus_catering": ("2.5 kg", "Bucket"),
    "tahinisauce": ("12 x 250 ml", "Bottle"), "tomatosauce": ("12 x 250 ml", "Bottle"),
    "trimmings": ("bulk", "Container"), "rests": ("bulk", "Container"),
}
BRAND = "De Kikkererwt"

WATER = ("RM-001", "Tap water", "L")  # not stored, no lots

# key of what is made: for quantity, {component: quantity}, {by-product: quantity}
RECIPES = {
    "cooked": (100, {"chickpea": 48, "water": 70}, {"trimmings": 6}),
    "spice": (10, {"cumin": 4, "salt": 5, "paprika": 1}, {}),
    "base": (100, {"cooked": 62, "tahini": 20, "lemon": 8, "sunoil": 7, "garlic": 2,
                   "spice": 1.5}, {}),
    "tahinibase": (100, {"tahini": 40, "lemon": 20, "garlic": 1, "water": 45}, {}),
    "tomatobase": (100, {"tomato": 35, "pepper": 15, "olive": 8, "garlic": 1,
                         "chili": 0.5, "water": 45}, {}),
    "hummus": (100, {"base": 20, "tub": 100, "film": 100}, {}),
    "hummus_pepper": (100, {"base": 17, "pepper": 3, "tub": 100, "film": 100}, {}),
    "hummus_catering": (10, {"base": 25, "bucket": 10}, {}),
    "tahinisauce": (100, {"tahinibase": 25, "bottle": 100}, {}),
    "tomatosauce": (100, {"tomatobase": 25, "bottle": 100}, {}),
}

# login: name, our group, Odoo groups; the password is the login
USERS = {
    "officer": (
        "Marit Visser (compliance officer)", "group_officer",
        ("stock.group_stock_user", "mrp.group_mrp_user", "purchase.group_purchase_user",
         "sales_team.group_sale_salesman_all_leads"),
    ),
    "quality": (
        "Tom Bakker (quality)", "group_quality",
        ("stock.group_stock_user", "mrp.group_mrp_user"),
    ),
    "warehouse": (
        "Sanne de Wit (warehouse)", "group_user",
        ("stock.group_stock_user", "mrp.group_mrp_user"),
    ),
}

# what must be switched on for everybody to see what the plant uses
FEATURES = (
    "stock.group_production_lot",
    "stock.group_stock_multi_locations",
    "stock.group_tracking_lot",
    "mrp.group_mrp_byproducts",
    "uom.group_uom",
)
