"""Four months in the demo plant, entry by entry.

The lot to follow is TAH-0412: 240 kg of tahini in which its maker has now found
salmonella. Everything below happens so that its trace shows each kind of thing:

- TAH-0412 goes into hummus and into tahini sauce, alone and beside clean lots;
- HUM-0304: part of it comes back from a supermarket and is sold again to a restaurant;
- HUM-0305: part of it is put back into a later, otherwise clean base, HB-0206;
- HB-0207: its rest and the rests of two clean bases are merged into HB-0210;
- HCA-0509, made of that, is partly unpacked again: two empty buckets go back to a lot
  that had served clean goods long before (what the time rule leaves out);
- line rests are sold as feed; tubs are scrapped; a count finds 2 kg of tahini less;
- tahini, base and finished goods are still in stock, and promised to orders;
- tomato sauce and the hummus from TAH-0425 alone have nothing to do with it.

Every lot says its product by its prefix (masters.py). Working days ago come first.
"""

from .steps import (
    Count,
    CustomerReturn,
    Delivery,
    Drill,
    Hold,
    Make,
    OpenDelivery,
    OpenMake,
    Receipt,
    Rules,
    SaleByRule,
    Scrap,
    SupplierReturn,
    Transfer,
    Unbuild,
)

SUSPECT = "TAH-0412"

# lots that do not live as long as their product usually does: days from today
EXPIRES_IN = {
    "GAR-0021": -2,  # expired, and still in the cold store
    "HUM-0307": 3,  # the reworked tubs' date: rework never makes younger
    "HPE-0402": 3,
    "HCA-0506": 3,
    "HB-0206": 3,
}

# XML id of a lot: `demo_lot_tah_0412`; these have a speaking one as well
LOT_NAMES = {
    "demo_lot_suspect": SUSPECT,
    "demo_lot_clean": "TAH-0425",
    "demo_lot_expired": "GAR-0021",
    "demo_lot_near_expiry": "HUM-0307",
    "demo_lot_returned": "HUM-0304",
    "demo_lot_reworked": "HUM-0305",
    "demo_lot_merged": "HB-0210",
    "demo_lot_unpacked": "HCA-0509",
    "demo_lot_in_stock": "HUM-0311",
    "demo_lot_unaffected": "TOM-0702",
}

# fmt: off
FIRST_WEEKS = [
    Receipt(81, "sesame", "TAH-0398=150@SES-24117"),
    Receipt(81, "chickpea", "CHK-0140=400@LD-1190"),
    Receipt(81, "citrus", "LEM-0041=60@L250-31"),
    Receipt(81, "oil", "SUN-0022=200@ZB-0771"),
    Receipt(81, "garlic", "GAR-0015=24@AG-3305"),
    Receipt(81, "packaging", "TUB-0061=5000@VR-88120 FIL-0090=10000@VR-88121"
                             " BKT-0031=150@VR-88125"),
    # the paprika came without the maker's lot number: a gap in every "made from"
    Receipt(80, "spices", "CUM-0012=25@DW-611 SAL-0009=50@DW-598 PAP-0007=10"
                          " CHI-0005=5@DW-604"),
    Make(79, "SPM-0007", 20, "CUM-0012=8 SAL-0009=10 PAP-0007=2"),
    Make(79, "CCK-0101", 155, "CHK-0140=74.4", "TRI-0101=9.3"),
    Make(78, "HB-0201", 250, "CCK-0101=155 TAH-0398=50 LEM-0041=20 SUN-0022=17.5"
                             " GAR-0015=5 SPM-0007=3.75"),
    Make(77, "HUM-0301", 800, "HB-0201=160"),
    Make(77, "HCA-0501", 36, "HB-0201=90"),
    Delivery(76, "noordzee", "HUM-0301=300"),
    Delivery(76, "linde", "HUM-0301=156"),
    Delivery(75, "sahin", "HUM-0301=120"),
    Delivery(75, "sonnenblick", "HUM-0301=144"),
    Delivery(75, "stlucas", "HCA-0501=12"),
    Receipt(75, "vegetables", "TPA-0018=80@CVP-4402 RPE-0033=60@CVP-4417"),
    Receipt(75, "oil", "OLI-0030=60@ZB-0790"),
    Receipt(75, "packaging", "BOT-0050=1500@VR-88201"),
    Delivery(73, "scheldestad", "HCA-0501=24"),
    Make(72, "TOB-0201", 200, "TPA-0018=70 RPE-0033=30 OLI-0030=16 GAR-0015=2"
                              " CHI-0005=1"),
    Make(71, "TOM-0701", 800, "TOB-0201=200"),
    Delivery(69, "noordzee", "TOM-0701=320"),
    Delivery(69, "marolles", "HUM-0301=80 TOM-0701=120"),
    Delivery(68, "rheintor", "TOM-0701=120"),
    Receipt(60, "sesame", "TAH-0405=40@SES-24139"),
    Delivery(60, "vandermeer", "TRI-0101=9.3"),
    Make(53, "CCK-0102", 186, "CHK-0140=89.3", "TRI-0102=11.2"),
    Make(52, "HB-0202", 300, "CCK-0102=186 TAH-0398=60 LEM-0041=24"
                             " SUN-0022=21 GAR-0015=6 SPM-0007=4.5"),
    Make(51, "HUM-0302", 1240, "HB-0202=250", "FEE-0801=2"),
    Make(51, "HCA-0502", 20, "HB-0202=50"),
    Delivery(50, "westfalen", "HUM-0302=300 TOM-0701=120"),
    Delivery(50, "ooievaar", "HUM-0302=240 TOM-0701=120"),
    Delivery(49, "noordzee", "HUM-0302=200"),
    Delivery(49, "sonnenblick", "HUM-0302=160"),
    Delivery(49, "linde", "HUM-0302=100"),
    Delivery(48, "wildetijm", "HUM-0302=100"),
    Delivery(48, "rheintor", "HUM-0302=140"),
    Delivery(48, "stlucas", "HCA-0502=20"),
    Receipt(47, "citrus", "LEM-0047=120@L286-12"),
    Receipt(45, "chickpea", "CHK-0151=400@LD-1214"),
    Receipt(45, "packaging", "TUB-0068=5000@VR-88340"),
    Receipt(45, "garlic", "GAR-0021=30@AG-3360"),
    Make(44, "CCK-0103", 186, "CHK-0140=89.3", "TRI-0103=11.2"),
    Make(43, "HB-0203", 300, "CCK-0103=186 TAH-0398=40 TAH-0405=20 LEM-0041=16 LEM-0047=8"
                             " SUN-0022=21 GAR-0015=6 SPM-0007=4.5"),
    Make(42, "HUM-0303", 1000, "HB-0203=200"),
    Make(42, "HCA-0503", 40, "HB-0203=100"),
    Delivery(41, "noordzee", "HUM-0303=400"),
    Delivery(41, "rheintor", "HUM-0303=200"),
    Scrap(41, "GAR-0015=5", "swollen drum"),
    Drill(41, "TAH-0398"),
]

SUSPECT_WEEKS = [
    Receipt(40, "sesame", "TAH-0412=240@SES-24158"),
    Delivery(40, "scheldestad", "HUM-0303=200 HCA-0503=20"),
    Delivery(40, "sahin", "HUM-0303=200"),
    Delivery(40, "stlucas", "HCA-0503=20"),
    Make(38, "SPM-0008", 20, "CUM-0012=8 SAL-0009=10 PAP-0007=2"),
    Make(37, "CCK-0104", 186, "CHK-0140=89.3", "TRI-0104=11.2"),
    Make(36, "HB-0204", 300, "CCK-0104=186 TAH-0405=20 TAH-0412=40 LEM-0047=24"
                             " SUN-0022=21 GAR-0021=6 SPM-0007=4.5"),
    Make(35, "HUM-0304", 900, "HB-0204=184", "FEE-0802=4"),
    Make(35, "HPE-0401", 400, "HB-0204=68 RPE-0033=12"),
    Make(35, "HCA-0504", 19, "HB-0204=48"),
    Delivery(34, "noordzee", "HUM-0304=400 HPE-0401=200 HCA-0504=7"),
    Delivery(34, "ooievaar", "HUM-0304=240"),
    Delivery(34, "linde", "HUM-0304=96 HPE-0401=40"),
    Delivery(33, "vandermeer", "TRI-0102=11.2 TRI-0103=11.2 TRI-0104=11.2"
                                " FEE-0801=2 FEE-0802=4"),
    Delivery(33, "westfalen", "HUM-0304=164 HPE-0401=100"),
    Delivery(33, "vanburen", "HPE-0401=60"),
    Delivery(33, "goudappel", "HCA-0504=12"),
    Receipt(33, "vegetables", "TPA-0022=120@CVP-4533 RPE-0038=60@CVP-4540"),
    Receipt(33, "packaging", "BOT-0055=1500@VR-88402"),
    Make(32, "TOB-0202", 200, "TPA-0022=70 RPE-0033=18 RPE-0038=12 OLI-0030=16"
                              " GAR-0021=2 CHI-0005=1"),
    Make(31, "TOM-0702", 800, "TOB-0202=200"),
    Delivery(30, "sonnenblick", "TOM-0702=120"),
    Receipt(30, "packaging", "FIL-0094=10000@VR-88431 BKT-0035=150@VR-88433"),
    Make(30, "CCK-0105", 186, "CHK-0140=57.7 CHK-0151=31.6", "TRI-0105=11.2"),
    Make(29, "HB-0205", 300, "CCK-0105=186 TAH-0412=60 LEM-0047=24 SUN-0022=21"
                             " GAR-0021=6 SPM-0007=2.75 SPM-0008=1.75"),
    # the film machine stopped at 600 of 1,000 tubs; the rest was packed the day after
    Make(28, "HUM-0305", 600, "HB-0205=120", planned=1000),
    Make(28, "HCA-0505", 40, "HB-0205=100"),
    Make(27, "HUM-0306", 400, "HB-0205=80", backorder_of="HUM-0305"),
    Make(27, "TSB-0101", 100, "TAH-0412=40 LEM-0047=20 GAR-0021=1"),
    Make(26, "TSA-0601", 380, "TSB-0101=95"),
    CustomerReturn(26, "ooievaar", "HUM-0304=48"),
    Delivery(26, "westfalen", "HUM-0305=300 HCA-0505=12"),
    Delivery(26, "vanburen", "HUM-0305=60"),
    Delivery(26, "noordzee", "HUM-0305=200 HCA-0505=16", later="HUM-0306=200"),
    Delivery(25, "goudappel", "HCA-0505=12"),
    Receipt(25, "sesame", "TAH-0425=220@SES-24171"),
    Delivery(24, "olivenhof", "HUM-0304=48 TOM-0702=24"),
    Delivery(24, "vanburen", "HUM-0306=104 TSA-0601=40"),
    Delivery(24, "noordzee", "TSA-0601=120 TOM-0702=200"),
    Delivery(24, "linde", "HUM-0306=96 TSA-0601=60"),
    Delivery(23, "rheintor", "TOM-0702=240"),
    Make(23, "CCK-0106", 155, "CHK-0151=74.4", "TRI-0106=9.3"),
    # a clean base, but for 40 tubs with crooked lids from HUM-0305 (8 kg)
    Make(22, "HB-0206", 254, "CCK-0106=155 TAH-0425=50 LEM-0047=20 SUN-0022=17.5"
                             " GAR-0021=5 SPM-0008=3.75 HUM-0305=40"),
    Make(21, "HUM-0307", 800, "HB-0206=163", "FEE-0803=3"),
    Make(21, "HPE-0402", 400, "HB-0206=68 RPE-0038=12"),
    Make(21, "HCA-0506", 9, "HB-0206=23"),
    Delivery(20, "noordzee", "HUM-0307=300 HPE-0402=200"),
    Delivery(20, "ooievaar", "HUM-0307=240 HPE-0402=200"),
]

LAST_WEEKS = [
    Receipt(19, "garlic", "GAR-0026=40@AG-3398"),
    Delivery(19, "westfalen", "HUM-0307=200 TSA-0601=60"),
    Delivery(19, "goudappel", "HCA-0506=9"),
    Delivery(19, "vandermeer", "TRI-0105=11.2 TRI-0106=9.3 FEE-0803=3"),
    SupplierReturn(18, "garlic", "GAR-0026=10"),
    Receipt(18, "citrus", "LEM-0053=120@L313-04"),
    Receipt(17, "packaging", "TUB-0074=5000@VR-88515"),
    Make(16, "CCK-0107", 248, "CHK-0151=119", "TRI-0107=14.9"),
    Make(15, "HB-0207", 200, "CCK-0107=124 TAH-0412=20 TAH-0425=20 LEM-0047=16"
                             " SUN-0022=14 GAR-0021=4 SPM-0008=3"),
    Make(14, "HB-0208", 200, "CCK-0107=124 TAH-0425=40 LEM-0047=8 LEM-0053=8"
                             " SUN-0022=14 GAR-0026=4 SPM-0008=3"),
    Make(14, "HUM-0308", 900, "HB-0207=183", "FEE-0804=3"),
    Make(13, "HUM-0309", 500, "HB-0208=100"),
    Make(13, "HCA-0507", 36, "HB-0208=90"),
    Delivery(12, "linde", "HUM-0308=96"),
    Delivery(12, "noordzee", "HUM-0308=300"),
    Delivery(12, "westfalen", "HUM-0308=200"),
    Delivery(12, "rheintor", "HUM-0309=300 HCA-0507=6"),
    Receipt(12, "chickpea", "CHK-0163=300@LD-1240"),
    Scrap(11, "HUM-0308=12", "dropped in the cold store"),
    Delivery(11, "ooievaar", "HUM-0308=200"),
    Delivery(11, "sonnenblick", "HUM-0309=100"),
    Delivery(11, "stlucas", "HCA-0507=12"),
    Delivery(10, "scheldestad", "HCA-0507=12"),
    Delivery(10, "wildetijm", "HUM-0309=60 TOM-0702=60"),
    Make(10, "TOB-0203", 100, "TPA-0018=10 TPA-0022=25 RPE-0038=15 OLI-0030=8"
                              " GAR-0026=1 CHI-0005=0.5"),
    Make(9, "TOM-0703", 400, "TOB-0203=100"),
    Make(9, "CCK-0108", 186, "CHK-0151=89.3", "TRI-0108=11.2"),
    Make(8, "HB-0209", 300, "CCK-0108=186 TAH-0425=60 LEM-0053=24 SUN-0022=21"
                            " GAR-0026=6 SPM-0008=4.5"),
    Make(7, "HUM-0310", 900, "HB-0209=180"),
    Make(7, "HPE-0403", 500, "HB-0209=85 RPE-0038=15"),
    Make(7, "HCA-0508", 8, "HB-0209=20"),
    # leftovers of three bases, one of them affected, become one
    Make(7, "HB-0210", 40, "HB-0207=17 HB-0208=10 HB-0209=13", recipe=False),
    Make(6, "HCA-0509", 16, "HB-0210=40"),
    Delivery(6, "rheintor", "HUM-0310=200 HPE-0403=200"),
    Delivery(6, "marolles", "HUM-0310=80 TOM-0703=60"),
    Delivery(6, "vandermeer", "TRI-0107=14.9 TRI-0108=11.2 FEE-0804=3"),
    Delivery(5, "stlucas", "HCA-0509=8"),
    Delivery(5, "sonnenblick", "HUM-0310=100 HPE-0403=100"),
    Delivery(5, "sahin", "HUM-0310=100"),
    Delivery(5, "scheldestad", "HCA-0508=8"),
    Make(5, "CCK-0109", 155, "CHK-0151=74.4", "TRI-0109=9.3"),
    Delivery(4, "goudappel", "HCA-0509=4"),
    Delivery(4, "wildetijm", "HUM-0310=100"),
    Make(4, "HB-0211", 250, "CCK-0109=155 TAH-0412=20 TAH-0425=30 LEM-0053=20"
                            " SUN-0022=17.5 GAR-0026=5 SPM-0008=3.75"),
    Make(3, "HUM-0311", 500, "HB-0211=100", store="packing"),
    Transfer(3, "cold", "HUM-0311=300", pallet="PAL-0093"),
    Transfer(2, "kitchen", "TAH-0412=20"),
    Count(2, "ambient", "TAH-0412=38 FIL-0090=140"),
    Unbuild(2, "HCA-0509=2"),
    OpenDelivery(1, "noordzee", "HUM-0311=300@cold", picked=True),
    OpenDelivery(1, "scheldestad", "HUM-0308=80 HUM-0311=120@packing"),
    OpenDelivery(1, "rheintor", "HUM-0309=40 TOM-0703=120"),
    OpenMake(1, "hummus", 400, "HB-0211=80"),
    OpenMake(1, "tahinibase", 100, "TAH-0412=20@kitchen TAH-0412=20@ambient"
                                   " LEM-0053=20 GAR-0026=1"),
    Hold(1, "CHK-0163", "Stones found at sieving: the sample is at the laboratory."),
    Rules(1),
    SaleByRule(1, "westfalen", "hummus", 100),
]
# fmt: on

STORY = FIRST_WEEKS + SUSPECT_WEEKS + LAST_WEEKS
