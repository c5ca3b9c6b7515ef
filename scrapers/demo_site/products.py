"""The sections of the demo site and what is reviewed in them; every name is invented."""

from dataclasses import dataclass

from scrapers.demo_site.lexicon import items


@dataclass(frozen=True)
class Section:
    """A section: how many reviews it has, its best rating (the worst is 1), where it is served, what it holds.

    shares: relative frequency of the ratings from 1 to `best`.
    """

    name: str
    path: str
    heading: str
    reviews: int
    best: int
    shares: tuple[float, ...]
    products: tuple[str, ...]


DICE = (0.08, 0.09, 0.12, 0.22, 0.29, 0.20)
STARS = (0.17, 0.12, 0.23, 0.21, 0.27)

SECTIONS = (
    Section(
        "books",
        "boker",
        "Bøker",
        950,
        6,
        DICE,
        items("""Vinteren på Skarholmen; Det tause fyret; Når isen slipper Nordvatnet; Kartografens datter
            Ullgarn og uvær
            Den fjerde søsteren fra Lofthei; Saltkaia; Mordet i Mosefjøset; Hestene på Langmo
            Stille som snø i Selådalen
            En sommer uten klokker; Glassblåserens hemmelighet; Brev til Marstein; Under almen i Tverrgata
            Reven og regnskapet
            Havna der ingen venter; Tre dager i Tokkefjord; Vevkona; Bestefars kompass; Den grå båten til Ytterøyra
            Mannen som samlet på tåke; Nattbussen til Brennlia; Torvtak; Hjertebank i Hallingdalsskogen; Steinsettersken
            Skyggen over Sagbekken; Ravnejentas ed; Fem forsøk på å sove; Lukten av tjære og appelsin; Elvebrus
            Kråkesølv
            Presten som ikke kunne synge; Den siste isbilen; Drivved og dynamitt"""),
    ),
    Section(
        "restaurants",
        "restauranter",
        "Restauranter",
        750,
        6,
        DICE,
        items("""Kjøkkenet på Kaikanten; Brenneslen; Sjøbua på Storneset; Den Skeive Gaffelen; Trattoria Tindefjell
            Lunt & Lyng
            Gryta i Gamlegata; Bakgården Spiseri; Kveitekroken; Multebaren; Torgkjelleren; Røykstua Mat og Vin
            Sju Skjeer
            Fjellbrød; Kafé Vindfang; Nabofruens Nudler; Rips & Rug; Havørna Brasseri; Det Grønne Bordet
            Tomatilla på Torget
            Elvekanten Kro; Smørbukkstua; Blåskjellet; Krydderloftet; Skogsbord; Pizzeria Polarlys; Einerbua
            Kongla Vinbar
            Den Glade Gulrota; Fiskekrydderiet"""),
    ),
    Section(
        "doctors",
        "legekontor",
        "Legekontor",
        550,
        5,
        STARS,
        items("""Fjordgløtt legekontor; Legesenteret ved Storelva; Brattlia legegruppe; Grålia helsehus
            Nordnøstet legekontor
            Kvernbekken legesenter; Trollfuru legekontor; Legene i Torggata; Haugstua legesenter
            Skarpsno helsestasjon og leger
            Kystvakta legekontor; Bjørkelunden legegruppe; Sentrumslegene i Ytre by; Elvegløtten legesenter
            Rønnehaugen leger
            Bruhodet legekontor; Lyngåsen legesenter; Tverrgata legegruppe; Kvernhuset legesenter; Vestvendt legekontor
            Toppåsen leger; Sildebrygga legekontor; Hasselkroken legesenter; Midtmarka legegruppe; Utsikten legekontor
            Grendelegene; Nyjordet legesenter; Ospelia legekontor"""),
    ),
    Section(
        "apps",
        "play",
        "Apper",
        800,
        5,
        (0.19, 0.11, 0.22, 0.19, 0.29),
        items("""Værvakt; Bussnå; Turkart Pluss; Handlelappen; Soppsjekk; Strømspareren; Parkér Her; Notatblokka
            Søvnvakta
            Fiskelykke; Skiføre; Kvitterio; Ordkvern; Barselboka; Togtid; Kjørebok Enkel; Gangetabellen; Treningsvenn
            Nabolaget; Lydbokhylla; Pantepengen; Hytteplan; Frikassé Oppskrifter; Sykkelruta; Mynt & Seddel; Båtvær
            Klokka Ringer; Reisepasset Mitt; Hundelufteren; Bildekroken"""),
    ),
    Section(
        "web",
        "nett",
        "Nettbutikker",
        400,
        6,
        DICE,
        items("""Fjellutstyr på nett; Ullskuffen; Lampeloftet; Gryter og Greier; Kaffekverna; Teltplassen; Dyne & Drøm
            Sykkelbutikken Nedoverbakke; Hagekroken; Leketårnet; Garnnøstet; Regntøykompaniet; Skohylla; Tastaturhuset
            Møbelmakeriet; Kniv & Fjøl; Bokkassa; Malekosten; Gardinstanga; Kajakken; Såpekoppen; Elektroskapet
            Skiboden
            Klatreveggen; Papirmølla"""),
    ),
)  # fmt: skip

GIVEN = items(
    """Ane; Birk; Celine; Dagfinn; Eline; Frode; Gunnhild; Halvard; Ingebjørg; Joakim; Kaja; Leif; Mette; Njål; Oda
    Petter; Ragnhild; Sindre; Tuva; Ulrik; Vigdis; Ylva; Øystein; Åse; Mohammed; Agnieszka; Linh; Fatima"""
)

HANDLES = items(
    """bokormen; fjelltur; kaffekoppen; lesehesten; nordlending; storspiser; regnskyen; gråpusen; tommetott; sukkerbiten
    havgasse; sofaslitar; lynet; kneiposten; vaffelhjerte"""
)
