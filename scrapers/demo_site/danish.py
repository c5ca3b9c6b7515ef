"""Danish for the demo site; the fields are explained in lexicon.py."""

from scrapers.demo_site.lexicon import Aspect, Language, Topic

BOOKS = Topic(
    copulas="er; var",
    thing="bogen; den; en bog",
    times="i påskeferien; i sommerhuset i juli; i toget på vej til arbejde; over en weekend i november",
    others="i »{other}«",
    aspects=(
        Aspect(
            subjects="handlingen; historien; plottet:n; fortællingen",
            good="spændende; original+; medrivende; troværdig+",
            fair="almindelig+; =til at følge; traditionel/traditionelt/traditionelle",
            bad="kedelig+; forudsigelig+; rodet/rodet/rodede; tynd/tyndt/tynde",
            praise="""jeg|kunne|slet ikke|lægge bogen fra mig
                der|sker|hele tiden|noget nyt""",
            shrug="""historien|kommer||stille og roligt i gang
                det|går||nogenlunde, som man havde ventet""",
            blame="""jeg|gættede||slutningen længe før midten
                der|sker|knap nok|noget de første hundrede sider""",
        ),
        Aspect(
            subjects="sproget:n; dialogen; stilen; oversættelsen",
            good="smuk/smukt/smukke; levende; præcis/præcist/præcise",
            fair="enkel/enkelt/enkle; ligefrem/ligefremt/ligefremme",
            bad="tung+; kluntet/kluntet/kluntede; opstyltet/opstyltet/opstyltede",
            praise="""sætningerne|flyder||let og ubesværet
                forfatteren|skriver||, så man kan høre stemmerne""",
            shrug="""sproget|gør|ikke|meget væsen af sig""",
            blame="""det|vrimler||med stavefejl
                de samme ord|bliver|hele tiden|gentaget""",
        ),
        Aspect(
            subjects="personerne:p; hovedpersonen; bipersonerne:p",
            good="sammensat/sammensat/sammensatte; levende; varm+",
            fair="genkendelig+; almindelig+",
            bad="flad+; usympatisk+; klichéfyldt/klichéfyldt/klichéfyldte",
            praise="""jeg|kom||virkelig ind under huden på dem""",
            shrug="""jeg|blev||kun delvis klog på dem""",
            blame="""jeg|blev|aldrig|nysgerrig efter, hvordan det gik dem""",
        ),
    ),
    verdicts=(
        "Jeg gav op halvvejs.",
        "Ideen er bedre end bogen.",
        "God nok til en togtur, men heller ikke mere.",
        "Jeg glæder mig til den næste bog i serien.",
        "Årets bedste læseoplevelse.",
    ),
    titles=("Gav op; Spild af tid", "Havde ventet mere", "Udmærket, men ikke mere", "God bog", "Læs den!; Fremragende"),
    stories="""Jeg læste {thing} {time}.
        Jeg fik den af {who} til {occasion}.
        Vi læste den i læsekredsen {time}.""",
)

RESTAURANTS = Topic(
    copulas="var",
    thing="stedet; det; et sted",
    times="i fredags; i sommerferien; på vores bryllupsdag; i går aftes; da vi var på ferie i Norge",
    others="hos {other}",
    aspects=(
        Aspect(
            subjects="maden; fisken; hovedretten; kødet:n",
            good="lækker/lækkert/lækre; velsmagende; frisk/frisk/friske; saftig+",
            fair="almindelig+; =hæderlig; jævn+",
            bad="kedelig+; lunken/lunkent/lunkne; tør+; fedtet/fedtet/fedtede",
            praise="""kødet|smeltede||på tungen
                vi|talte||om desserten hele vejen hjem""",
            shrug="""vi|blev||da i hvert fald mætte
                maden|smagte||nogenlunde som derhjemme""",
            blame="""kartoflerne|var|stadig|rå i midten
                jeg|blev||dårlig samme nat""",
        ),
        Aspect(
            subjects="tjeneren; betjeningen; servicen; personalet:n",
            good="venlig+; opmærksom/opmærksomt/opmærksomme; smilende",
            fair="høflig+; korrekt/korrekt/korrekte",
            bad="sur+; uinteresseret/uinteresseret/uinteresserede; stresset/stresset/stressede",
            praise="""vi|blev||taget imod som gamle venner""",
            shrug="""vi|fik||det, vi bad om""",
            blame="""vi|måtte||spørge tre gange om vand
                tjeneren|glemte||halvdelen af bestillingen""",
        ),
        Aspect(
            subjects="prisen; regningen; niveauet:n",
            good="rimelig+; fornuftig+; overkommelig+",
            fair="=som ventet; almindelig+",
            bad="urimelig+; pebret/pebret/pebrede; høj+",
            praise="""vi|fik||meget for pengene""",
            shrug="""vi|betalte||omtrent det, vi havde regnet med""",
            blame="""vi|gav||alt for meget for to små retter""",
        ),
    ),
    verdicts=(
        "Her kommer vi aldrig mere.",
        "Vi prøver nok et andet sted næste gang.",
        "Udmærket, hvis man alligevel er i nærheden.",
        "Vi kommer gerne tilbage.",
        "Byens bedste køkken, hvis du spørger mig.",
    ),
    titles=(
        "Aldrig igen; Hold jer væk",
        "Skuffet; For dyrt",
        "Udmærket; Både og",
        "Hyggelig aften; God mad",
        "Fantastisk!; Lækker mad",
    ),
    stories="""Vi var {number} personer, som spiste her {time}.
        Vi fejrede {occasion} her.
        Jeg valgte {dish}, og {who} fik {dish2}.""",
)

DOCTORS = Topic(
    copulas="er; var",
    thing="lægekontoret; det; et lægekontor",
    times="i sidste uge; efter at vi flyttede hertil; da min søn havde feber; i efteråret",
    others="på {other}",
    aspects=(
        Aspect(
            subjects="ventetiden; køen",
            good="kort/kort/korte; overkommelig+",
            fair="=som andre steder; acceptabel/acceptabelt/acceptable",
            bad="lang+; urimelig+; !uacceptabel/uacceptabelt/uacceptable",
            praise="""jeg|fik||en tid allerede samme dag""",
            shrug="""jeg|ventede||et kvarter, som man plejer""",
            blame="""jeg|sad||to timer i venteværelset
                jeg|måtte||vente fem uger på en tid""",
        ),
        Aspect(
            subjects="lægerne:p; vikaren; personalet:n",
            good="grundig+; tålmodig+; venlig+",
            fair="saglig+; korrekt/korrekt/korrekte",
            bad="overfladisk+; nedladende; afvisende",
            praise="""jeg|blev||taget alvorligt fra første færd
                lægen|gav||sig god tid til mine spørgsmål""",
            shrug="""lægen|svarede||på det, jeg spurgte om""",
            blame="""jeg|blev|hele tiden|afbrudt
                lægen|så||mere på skærmen end på mig""",
        ),
        Aspect(
            subjects="telefonen; tidsbestillingen; receptionen",
            good="venlig+; effektiv+; hjælpsom/hjælpsomt/hjælpsomme",
            fair="=udmærket; =lidt gammeldags",
            bad="uvenlig+; kaotisk/kaotisk/kaotiske; håbløs+",
            praise="""de|tager|altid|telefonen med det samme""",
            shrug="""det|er||nemmere at skrive end at ringe""",
            blame="""jeg|hang||fyrre minutter i telefonkø""",
        ),
    ),
    verdicts=(
        "Jeg har bedt om at skifte læge.",
        "Jeg overvejer at skifte.",
        "Det afhænger af, hvem man får fat i.",
        "Jeg føler mig tryg her.",
        "Sådan burde alle lægekontorer være.",
    ),
    titles=("Katastrofe; Aldrig igen", "Blev ikke hørt", "Svingende", "Trygt; Tilfreds", "Anbefales varmt"),
    stories="""Jeg var her {time}.
        Jeg har hørt til her i {number} år.
        {who} kommer her også.""",
)

APPS = Topic(
    copulas="er~virker",
    thing="appen; den; en app",
    times="i sommer; i efteråret",
    others="i {other}",
    aspects=(
        Aspect(
            subjects="appen; den nye version; opdateringen",
            good="stabil+; hurtig+; pålidelig+",
            fair="=brugbar; =lidt langsom",
            bad="ustabil+; langsom/langsomt/langsomme; upålidelig+",
            praise="""appen|har|aldrig|svigtet mig
                alt|virker||, som det skal""",
            shrug="""den|gør||, hvad den skal, og heller ikke mere""",
            blame="""appen|lukker||ned, hver gang jeg åbner den
                jeg|får|kun|en hvid skærm""",
        ),
        Aspect(
            subjects="reklamerne:p; abonnementet:n; prisen",
            good="rimelig+; diskret/diskret/diskrete",
            fair="=som ventet; almindelig+",
            bad="påtrængende; fræk/frækt/frække; irriterende",
            praise="""jeg|er||helt sluppet for reklamer""",
            shrug="""der|er||lidt reklamer, men de kan lukkes""",
            blame="""der|dukker||reklamer op, hver gang jeg trykker på noget""",
        ),
        Aspect(
            subjects="udseendet:n; menuerne:p; søgningen",
            good="overskuelig+; gennemtænkt/gennemtænkt/gennemtænkte; pæn+",
            fair="enkel/enkelt/enkle; =lidt gammeldags",
            bad="rodet/rodet/rodede; uoverskuelig+; besværlig+",
            praise="""jeg|finder||det hele med to tryk""",
            shrug="""det|tager||lidt tid at lære menuerne at kende""",
            blame="""jeg|finder|aldrig|det, jeg leder efter""",
        ),
    ),
    verdicts=(
        "Afinstalleret.",
        "Jeg leder efter noget andet.",
        "Tre stjerner indtil videre.",
        "En god app for det meste.",
        "Fem stjerner!",
    ),
    titles=("", "", "", "", ""),
    stories="""Jeg har brugt {thing} {since}.
        Jeg hentede den {day}.
        {who} fortalte mig om den.""",
)

WEB = Topic(
    copulas="er; var",
    thing="netbutikken; den; en netbutik",
    times="op til jul; i sidste uge; på udsalg i januar; sent en søndag aften",
    others="hos {other}",
    aspects=(
        Aspect(
            subjects="leveringen; forsendelsen; fragten",
            good="hurtig+; problemfri/problemfrit/problemfri; præcis/præcist/præcise",
            fair="=som lovet; almindelig+",
            bad="langsom/langsomt/langsomme; upålidelig+; dyr+",
            praise="""pakken|lå||i postkassen dagen efter""",
            shrug="""pakken|kom||efter en god uges tid""",
            blame="""pakken|kom|aldrig|frem
                jeg|ventede||seks uger på noget, der skulle være på lager""",
        ),
        Aspect(
            subjects="kundeservicen; hjælpen; chatten",
            good="venlig+; hjælpsom/hjælpsomt/hjælpsomme; effektiv+",
            fair="høflig+; korrekt/korrekt/korrekte",
            bad="uforskammet/uforskammet/uforskammede; afvisende; langsom/langsomt/langsomme",
            praise="""jeg|fik||en ny vare tilsendt uden diskussion""",
            shrug="""jeg|fik||svar til sidst""",
            blame="""de|nægter||at betale pengene tilbage""",
        ),
        Aspect(
            subjects="varen; kvaliteten; jakken; lampen",
            good="lækker/lækkert/lækre; solid+; god/godt/gode",
            fair="=som beskrevet; enkel/enkelt/enkle",
            bad="ringe; tynd/tyndt/tynde; =i stykker",
            praise="""varen|ser||endnu bedre ud end på billedet""",
            shrug="""farven|var||lidt anderledes end på billedet""",
            blame="""lynlåsen|gik||i stykker den første dag""",
        ),
    ),
    verdicts=(
        "Her bliver der aldrig handlet igen.",
        "Næste gang går jeg i en almindelig butik.",
        "Udmærket, men jeg sammenligner priser først næste gang.",
        "Jeg handler gerne her igen.",
        "Den bedste netbutik, jeg har handlet i.",
    ),
    titles=("Svindel?; Hold jer væk", "Skuffet kunde", "Udmærket", "Tilfreds", "Perfekt!"),
    stories="""Jeg bestilte {goods} {time}.
        Jeg købte {goods} til {who} {time}.
        {who} anbefalede mig at prøve her {time}.""",
)

LANGUAGE = Language(
    code="da",
    plural="e",
    verb_second=True,
    topics={"books": BOOKS, "restaurants": RESTAURANTS, "doctors": DOCTORS, "apps": APPS, "web": WEB},
    general={
        "good": "god/godt/gode; fin+; !fremragende; !fantastisk/fantastisk/fantastiske",
        "fair": "=udmærket; =nogenlunde; ujævn+",
        "bad": "dårlig+; svag+; !elendig+; skuffende; !forfærdelig+",
    },
    very={
        "good": "meget; virkelig; utrolig; overraskende; rigtig",
        "fair": "ganske; nogenlunde; temmelig",
        "bad": "meget; temmelig; alt for; utrolig",
    },
    utterly="helt; simpelthen; fuldstændig",
    negations={
        "good": "ikke|særlig; ikke|specielt; ikke|ligefrem; aldrig|særlig",
        "fair": "ikke|mere end",
        "bad": "slet ikke|; ikke|det mindste; på ingen måde|",
    },
    turns="langt fra; alt andet end",
    hedges={
        "good": "faktisk; heldigvis; bestemt",
        "fair": "nok; måske; egentlig",
        "bad": "desværre; simpelthen; nok",
    },
    frames={
        "plain": "{a.main}.",
        "opinion": """Jeg synes, at {a.sub}.
            Jeg må sige, at {a.sub}.
            Efter min mening {a.inv}.
            Der er ingen tvivl om, at {a.sub}.""",
        "good": """Heldigvis {a.inv}.
            Det bedste er, at {a.sub}.""",
        "fair": """Alt i alt {a.inv}.
            Måske er det bare mig, men {a.main}.""",
        "bad": """Desværre {a.inv}.
            Det værste er, at {a.sub}.
            Hvad hjælper al den ros, når {a.sub}?""",
        "pair": """{a.main}, og {b.main}.
            {a.main}. Desuden {b.inv}.""",
        "contrast": """Selvom {a.sub}, {b.inv}.
            {a.main}, men {b.main}.
            {a.main}. Alligevel {b.inv}.
            Ganske vist {a.inv}, men {b.main}.
            {b.main}, selvom {a.sub}.""",
        "up": """Det gør ikke noget, at {a.sub}, når {b.sub}.
            Jeg kan godt leve med, at {a.sub}, for {b.main}.""",
        "down": """Det hjælper ikke meget, at {a.sub}, når {b.sub}.
            Hvad får jeg ud af, at {a.sub}, når {b.sub}?""",
        "wish": "Jeg ville ønske, jeg kunne sige, at {a.sub}.",
        "flip": """Andre skriver, at {a.sub}, men det er jeg slet ikke enig i.
            Ingen kan påstå, at {a.sub}.""",
        "other": """{other} {a.inv}, men sådan er det ikke her.
            {other} {a.inv}, så det var noget helt andet.""",
        "if": "Det er bare synd, at {a.sub}.",
    },
    verdicts=(
        """Hold jer væk.
        Spild af penge.
        Jeg kan kun fraråde {thing}.""",
        """Alt i alt blev det en skuffelse.
        Jeg kan ikke rigtig anbefale {thing}.""",
        """Alt i alt meget godt.
        Noget er godt, og noget er mindre godt.""",
        """Alt i alt er jeg godt tilfreds.
        Jeg anbefaler gerne {thing}.""",
        """Jeg anbefaler {thing} til alle, jeg kender.
        Det bliver næppe bedre end det her.""",
    ),
    titles=(
        "Elendigt; Hold jer væk",
        "Skuffende",
        "Udmærket; Nogenlunde",
        "Godt; Tilfreds",
        "Fremragende; Fantastisk!",
    ),
    expected=(
        "Jeg ventede mig ikke meget og fik endnu mindre.",
        "Jeg havde ventet mere efter al den ros.",
        "Det blev nogenlunde, som jeg havde ventet.",
        "Jeg ventede ikke meget, men blev positivt overrasket.",
        "Mine forventninger var høje, og de blev mere end indfriet.",
    ),
    irony="""Tak for ingenting.
        Fantastisk, hvis man altså godt kan lide at ærgre sig.""",
    slang=(
        "Øv.; Sikke noget skrammel.",
        "Tja.; Nej, altså.",
        "Pyt.; Det går an.",
        "Fedt.; Skønt.",
        "Super fedt!; Hold da op!",
    ),
    slots={
        "day": "i sidste uge; i vinter; i efteråret; lige før jul",
        "since": "i et halvt år; siden i sommer; hver eneste dag; i nogle uger; på min nye telefon",
        "who": "min mor; en kollega; naboen; min søster; en god ven; min kæreste",
        "occasion": "jul; min fødselsdag; vores bryllupsdag; eksamen",
        "number": "to; tre; fire; fem; seks; otte; ti",
        "region": "i Jylland; på Fyn; ved kysten",
        "dish": "torsk; fiskesuppe; lammeskank; en vegetarret; muslinger; frikadeller",
        "goods": "et par støvler; en vinterjakke; en læselampe; et telt; sengetøj; en cykelhjelm",
    },
    typos={" ikke ": " ik ", " meget ": " meg ", " og ": " å ", " virkelig ": " virklig ", " desværre ": " desvære "},
)  # fmt: skip
