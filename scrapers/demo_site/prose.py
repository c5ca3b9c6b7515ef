"""Plain prose that carries no rating: single sentences as in a Leipzig package, web pages as in OSCAR."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from scrapers.demo_site.chance import Chance
from scrapers.demo_site.lexicon import items, lines

BOKMAAL: Final[Mapping[str, str]] = {
    "weather": """Det er meldt {weather} {place} {ahead}, og temperaturen ventes å ligge rundt {number} grader.
        {Day} falt det mer regn {place} enn i hele forrige måned.
        Vinden løyet utpå kvelden, men bølgene sto fortsatt høyt {place}.
        Etter {number} uker uten nedbør er vannstanden i elvene svært lav.
        Snøen la seg tidlig i år, og skiløypene {place} ble åpnet {day}.
        Meteorologene advarer mot {weather} i fjellet og ber folk vurdere om turen kan utsettes.
        Fergen over fjorden ble innstilt {day} på grunn av {weather}.""",
    "town": """Kommunestyret vedtok {day} å ruste opp {building} for {number} millioner kroner.
        {Building} {place} har stått tomt i {number} år, men nå er nye eiere på plass.
        Innbyggerne {place} har samlet inn penger til et nytt lekeapparat ved {building}.
        I sentrum er det blitt færre butikker, men flere steder å spise.
        Gatelyktene ble byttet ut {day}, og strømregningen er allerede lavere.
        {Person} mener at bussen bør gå oftere enn {number} ganger om dagen.
        Den gamle brua ved {building} er stengt for biler, men åpen for gående.""",
    "work": """Bedriften {place} søker etter {number} nye medarbeidere til avdelingen for {field}.
        {Person} har arbeidet med {field} i {number} år og trives fortsatt godt.
        Ledigheten {place} er lavere enn på lenge, viser ferske tall.
        Fagforeningen krever at lønnen økes, og forhandlingene fortsetter {ahead}.
        Lærlingene fikk prøve seg på {field} allerede den første uken.
        Verftet har sikret seg en kontrakt som gir arbeid til {number} personer.
        Mange som jobber med {field}, sier at de savner tid til å lære av hverandre.""",
    "politics": """Partiet vil at {field} skal få mer penger i neste års budsjett.
        {Person} stilte spørsmål om {field} i kommunestyret {day}.
        Flertallet i komiteen gikk imot forslaget, som dermed falt med {number} stemmer.
        Ordføreren forsvarte vedtaket og viste til at {building} må vedlikeholdes.
        Høringsfristen går ut {ahead}, og alle kan sende inn sin mening.
        Saken om {building} skal opp til ny behandling etter sommeren.
        Opposisjonen mener at kommunen bruker for lite på {field}.""",
    "nature": """Det er observert {number} ørner {place} i løpet av den siste uken.
        Blåbærene er modne {place}, og {person} har allerede plukket flere liter.
        Stien opp til toppen er merket med røde prikker og tar omtrent {number} timer.
        Laksen går opp elva {place} når vannføringen er stor nok.
        Forskerne har telt {number} arter av mose i skogen bak {building}.
        Den som går stille, kan høre tiuren spille tidlig om morgenen.
        Hytta har {number} sengeplasser og holder åpent fra påske til høstferien.""",
    "culture": """Koret øver i {hall} hver {weekday} og tar gjerne imot nye sangere.
        Utstillingen om {field} åpner {ahead} og står til over nyttår.
        {Person} leste fra sin nye diktsamling for en fullsatt sal {place}.
        Korpset samlet inn {number} tusen kroner på loppemarkedet i {hall}.
        Filmen ble spilt inn {place} med lokale statister.
        Biblioteket har lånt ut dobbelt så mange lydbøker som i fjor.
        Billettene til festivalen {place} ble utsolgt på {number} minutter.""",
}

NYNORSK: Final[Mapping[str, str]] = {
    "weather": """Det er meldt {weather} {place} {ahead}, og ein ventar kring {number} grader.
        Etter {number} veker utan nedbør er det lite vatn att i elvane.
        Snøen kom tidleg i år, og skiløypene {place} blei opna {day}.
        Vinden stilna utpå kvelden, men bølgjene stod framleis høgt {place}.
        Ferja over fjorden blei innstilt {day} på grunn av {weather}.""",
    "town": """Kommunestyret vedtok {day} å rusta opp {building} for {number} millionar kroner.
        Innbyggjarane {place} har samla inn pengar til eit nytt leikeapparat ved {building}.
        {Person} meiner at bussen bør gå oftare enn {number} gonger om dagen.
        I sentrum har det blitt færre butikkar, men fleire stader å eta.
        Den gamle brua ved {building} er stengd for bilar, men open for gåande.""",
    "work": """Bedrifta {place} søkjer etter {number} nye medarbeidarar til avdelinga for {field}.
        {Person} har arbeidd med {field} i {number} år og trivst framleis godt.
        Lærlingane fekk prøva seg på {field} alt den første veka.
        Mange som jobbar med {field}, seier at dei saknar tid til å læra av kvarandre.
        Fagforeininga krev høgare løn, og forhandlingane held fram {ahead}.""",
    "nature": """Det er sett {number} ørnar {place} den siste veka.
        Blåbæra er mogne {place}, og {person} har alt plukka fleire liter.
        Stigen opp til toppen er merkt med raude prikkar og tek om lag {number} timar.
        Den som går stilt, kan høyra tiuren spela tidleg om morgonen.
        Hytta har {number} sengeplassar og held ope frå påske til haustferien.""",
    "culture": """Koret øver i {hall} kvar {weekday} og tek gjerne imot nye songarar.
        {Person} las frå den nye diktsamlinga si for ein fullsett sal {place}.
        Utstillinga om {field} opnar {ahead} og står til over nyttår.
        Biblioteket har lånt ut dobbelt så mange lydbøker som i fjor.
        Korpset samla inn {number} tusen kroner på loppemarknaden i {hall}.""",
}

# Sentences of the neighbours, which a Norwegian package holds by mistake.
STRAY: Final = lines("""Børnene glæder sig meget til sommerferien, selvom vejret ikke ser særlig godt ud.
    Kommunen har besluttet at lukke biblioteket, hvilket mange borgere er utilfredse med.
    Hun har arbejdet på sygehuset i over tyve år og kender næsten alle.
    Det blev en hyggelig aften med god mad og masser af musik.
    Regeringen vil nu undersøge, hvordan reglerne virker i praksis.
    Toget var forsinket igen, så vi nåede ikke frem til mødet.
    Kommunen har bestämt att skolan ska byggas om under nästa år.
    Hon berättade att hon hade bott i huset sedan hon var liten flicka.
    Vädret blev bättre framåt kvällen, och vi kunde äntligen gå ut.
    Många svenskar väljer att stanna hemma under semestern.
    Laget förlorade matchen men spelade ändå mycket bättre än tidigare.
    Regeringen föreslår att skatten sänks för dem som tjänar minst.""")

SLOTS: Final[Mapping[str, Mapping[str, str]]] = {
    "nb": {
        "weather": "kraftig vind; regn og sludd; tett tåke; snøbyger; liten kuling; torden; glatte veier; stiv kuling",
        "place": """i Bodø; i Ålesund; på Røros; i Hammerfest; på Voss; i Kragerø; langs Mjøsa; i Lofoten; på Hitra
            i Setesdal
            ved Femunden; i Østerdalen; på Karmøy; i Vesterålen; ytterst i Sognefjorden; på Toten; i Narvik
            på Senja""",
        "day": "mandag; tirsdag kveld; onsdag; natt til torsdag; fredag; i helgen; i går; tidlig i uken; før påske",
        "ahead": "mandag; på fredag; til helgen; neste uke; over påske; i mai; senere i høst; 1. oktober",
        "hall": "idrettshallen; ungdomshuset; skolen; det gamle meieriet; rådhuset; kirken",
        "weekday": "mandag; tirsdag; onsdag; torsdag; søndag",
        "number": "tre; fire; fem; seks; sju; åtte; ni; tolv; femten; atten; tjue; tjuefem; tretti",
        "building": """svømmehallen; det gamle meieriet; skolen; jernbanestasjonen; kirken; rådhuset; ungdomshuset
            fyret; kornmagasinet; idrettshallen; biblioteket; brannstasjonen""",
        "person": """en lokal bonde; rektoren; en pensjonert lærer; den nye presten; en student; leder for velforeningen
            en fisker; naboen; kokken på sykehjemmet; en forsker; treneren""",
        "field": """eldreomsorg; barnehager; fiskeri; skogbruk; vedlikehold av veier; kulturarv; reiseliv; vannforsyning
            datateknologi; språkopplæring; havvind; landbruk""",
    },
    "nn": {
        "weather": "sterk vind; regn og sludd; tett skodde; snøbyer; liten kuling; torevêr; glatte vegar; stiv kuling",
        "place": """i Førde; i Volda; på Voss; i Sogndal; på Stord; i Ulvik; i Valdres; på Sunnmøre; i Setesdal
            i Hardanger
            inst i Sognefjorden; på Bømlo; i Ørsta; på Dovre""",
        "day": "måndag; tysdag kveld; onsdag; natt til torsdag; fredag; i helga; i går; tidleg i veka; før påske",
        "ahead": "måndag; på fredag; til helga; neste veke; over påske; i mai; seinare i haust; 1. oktober",
        "hall": "idrettshallen; ungdomshuset; skulen; det gamle meieriet; rådhuset; kyrkja",
        "weekday": "måndag; tysdag; onsdag; torsdag; sundag",
        "number": "tre; fire; fem; seks; sju; åtte; ni; tolv; femten; atten; tjue; tjuefem; tretti",
        "building": """symjehallen; det gamle meieriet; skulen; jernbanestasjonen; kyrkja; rådhuset; ungdomshuset
            fyret; idrettshallen; biblioteket; brannstasjonen""",
        "person": """ein lokal bonde; rektoren; ein pensjonert lærar; den nye presten; ein student; ein fiskar; grannen
            kokken på sjukeheimen; ein forskar; trenaren; leiaren for grendelaget""",
        "field": """eldreomsorg; barnehagar; fiskeri; skogbruk; vedlikehald av vegar; kulturarv; reiseliv; vassforsyning
            datateknologi; språkopplæring; havvind; landbruk""",
    },
}

NOISE: Final = (
    "Hjem | Om oss | Kontakt | Personvern | Logg inn",
    "Vi bruker informasjonskapsler for å gi deg en bedre opplevelse. Godta alle. Avvis.",
    "Les også:\nDel på e-post\nSkriv ut\nTilbake til toppen",
    "KJØP NÅ!!! KJØP NÅ!!! TILBUD TILBUD TILBUD 50 % 50 % 50 %",
    "Laster inn ...\nLaster inn ...\nLaster inn ...",
    "0 kommentarer\n12 visninger\n3 min lesetid",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A web document: where it says it stood, its text, its language, what OSCAR would warn of."""

    url: str
    text: str
    lang: str
    warnings: tuple[str, ...]


class _Slots(dict[str, str]):
    def __init__(self, chance: Chance, lang: str) -> None:
        super().__init__()
        self._chance, self._choices = chance, SLOTS[lang]

    def __missing__(self, name: str) -> str:
        word = self._chance.pick(items(self._choices[name.lower()]))
        return word[0].upper() + word[1:] if name[0].isupper() else word


@cache
def sentences(seed: int = 1, n: int = 600) -> tuple[str, ...]:
    """`n` different sentences in bokmål, but for 2 % in Danish and Swedish, in no order."""
    chance = Chance(seed * 1000 + 700)
    frames = [frame for text in BOKMAAL.values() for frame in lines(text)]
    found = dict.fromkeys(chance.shuffle(STRAY)[: n // 50])
    while len(found) < n:
        found[chance.pick(frames).format_map(_Slots(chance, "nb"))] = None
    return tuple(chance.shuffle(list(found)))


@cache
def pages(seed: int = 1, n: int = 150) -> tuple[Page, ...]:
    """`n` documents of several paragraphs, three in four in bokmål, the others in nynorsk; one in eight is noisy."""
    chance = Chance(seed * 1000 + 800)
    return tuple(_page(chance, number) for number in range(n))


def _page(chance: Chance, number: int) -> Page:
    lang = "nn" if number % 4 == 3 else "nb"
    topics = BOKMAAL if lang == "nb" else NYNORSK
    order = chance.shuffle(tuple(topics))
    paragraphs = [_paragraph(chance, lang, topics[topic]) for topic in order[: 2 + chance.below(4)]]
    warnings: tuple[str, ...] = ()
    if number % 8 == 5:
        warnings = (chance.pick(("noisy", "short_sentences", "header", "footer", "tiny", "adult")),)
        noise = chance.shuffle(NOISE)
        paragraphs = [noise[0], paragraphs[0], noise[1]] if warnings != ("tiny",) else [noise[0]]
    return Page(f"https://avisa-{number % 23}.example/{order[0]}/{number}", "\n".join(paragraphs), lang, warnings)


def _paragraph(chance: Chance, lang: str, frames: str) -> str:
    chosen = chance.shuffle(lines(frames))[: 3 + chance.below(3)]
    return " ".join(frame.format_map(_Slots(chance, lang)) for frame in chosen)
