"""Swedish for the demo site; the fields are explained in lexicon.py."""

from scrapers.demo_site.lexicon import Aspect, Language, Topic

BOOKS = Topic(
    copulas="är; var",
    thing="boken; den; en bok",
    times="under påsklovet; i stugan i somras; på tåget till jobbet; under en långhelg i november",
    others="i ”{other}”",
    aspects=(
        Aspect(
            subjects="handlingen; historien; berättelsen; intrigen",
            good="spännande; gripande; trovärdig+; välskriven/välskrivet/välskrivna",
            fair="vanlig+; traditionell/traditionellt/traditionella; =lätt att följa",
            bad="tråkig+; förutsägbar+; rörig+; tunn/tunt/tunna",
            praise="""jag|kunde|inte|lägga ifrån mig boken
                det|händer|hela tiden|något nytt""",
            shrug="""det|tar||lite tid innan berättelsen kommer i gång""",
            blame="""jag|gissade||slutet långt före mitten
                det|händer|knappt|något på de första hundra sidorna""",
        ),
        Aspect(
            subjects="språket:n; dialogen; stilen; översättningen",
            good="vacker/vackert/vackra; levande; precis/precist/precisa",
            fair="enkel/enkelt/enkla; saklig+",
            bad="tung+; klumpig+; uppstyltad/uppstyltat/uppstyltade",
            praise="""meningarna|flyter||lätt och naturligt""",
            shrug="""språket|gör|inte|så mycket väsen av sig""",
            blame="""det|vimlar||av stavfel
                samma ord|upprepas|hela tiden|på varje sida""",
        ),
        Aspect(
            subjects="personerna:p; huvudpersonen; bifigurerna:p",
            good="levande; varm+; trovärdig+",
            fair="=lätta att känna igen; vanlig+",
            bad="platt/platt/platta; osympatisk+; ointressant/ointressant/ointressanta",
            praise="""jag|kom||verkligen huvudpersonen in på livet""",
            shrug="""jag|lärde||känna dem sådär lagom mycket""",
            blame="""jag|blev|aldrig|nyfiken på hur det gick för dem""",
        ),
    ),
    verdicts=(
        "Jag gav upp halvvägs.",
        "Idén är bättre än boken.",
        "Duger för en tågresa, men inte mycket mer.",
        "Jag ser fram emot nästa bok i serien.",
        "Årets bästa läsupplevelse.",
    ),
    titles=("Gav upp; Slöseri med tid", "Hade väntat mig mer", "Helt okej", "Bra bok", "Läs den!; Mästerlig"),
    stories="""Jag läste {thing} {time}.
        Jag fick den av {who} till {occasion}.
        Vi läste den i bokcirkeln {time}.""",
)

RESTAURANTS = Topic(
    copulas="var",
    thing="stället; det; ett ställe",
    times="i fredags; på semestern; på vår bröllopsdag; i går kväll; när vi var på väg norrut",
    others="hos {other}",
    aspects=(
        Aspect(
            subjects="maten; fisken; huvudrätten; köttet:n",
            good="utsökt/utsökt/utsökta; god/gott/goda; färsk+; saftig+",
            fair="vanlig+; enkel/enkelt/enkla; =okej",
            bad="smaklös+; ljummen/ljummet/ljumna; torr+; tråkig+",
            praise="""köttet|smälte||på tungan
                vi|pratade||om efterrätten hela vägen hem""",
            shrug="""vi|blev|i alla fall|mätta""",
            blame="""potatisen|var|fortfarande|rå i mitten
                jag|blev||dålig samma natt""",
        ),
        Aspect(
            subjects="servitören; betjäningen; servicen; personalen",
            good="trevlig+; uppmärksam/uppmärksamt/uppmärksamma; glad/glatt/glada",
            fair="artig+; korrekt/korrekt/korrekta",
            bad="sur+; ointresserad/ointresserat/ointresserade; stressad/stressat/stressade",
            praise="""vi|blev||mottagna som gamla vänner""",
            shrug="""vi|fick||det vi bad om""",
            blame="""vi|fick||fråga tre gånger efter vatten
                servitören|glömde||hälften av beställningen""",
        ),
        Aspect(
            subjects="priset:n; notan; prisnivån",
            good="rimlig+; förmånlig+",
            fair="=som väntat; vanlig+",
            bad="hög+; orimlig+; saftig+",
            praise="""vi|fick||mycket för pengarna""",
            shrug="""vi|betalade||ungefär vad vi hade räknat med""",
            blame="""vi|betalade||alldeles för mycket för två små rätter""",
        ),
    ),
    verdicts=(
        "Hit går vi aldrig mer.",
        "Vi provar nog något annat ställe nästa gång.",
        "Helt okej om man ändå är i närheten.",
        "Vi kommer gärna tillbaka.",
        "Stans bästa kök, om du frågar mig.",
    ),
    titles=(
        "Aldrig mer; Gå någon annanstans",
        "Besviken; För dyrt",
        "Helt okej; Både och",
        "Trevlig kväll; God mat",
        "Fantastiskt!; Underbar mat",
    ),
    stories="""Vi var {number} personer som åt här {time}.
        Vi firade {occasion} här.
        Jag valde {dish}, och {who} tog {dish2}.""",
)

DOCTORS = Topic(
    copulas="är; var",
    thing="läkarmottagningen; den; en läkarmottagning",
    times="förra veckan; efter att vi hade flyttat hit; när min son hade feber; i höstas",
    others="på {other}",
    aspects=(
        Aspect(
            subjects="väntetiden; kön",
            good="kort/kort/korta; överkomlig+",
            fair="=som på andra ställen; acceptabel/acceptabelt/acceptabla",
            bad="lång+; orimlig+; !oacceptabel/oacceptabelt/oacceptabla",
            praise="""jag|fick||tid redan samma dag""",
            shrug="""jag|väntade||en kvart, som vanligt""",
            blame="""jag|satt||två timmar i väntrummet
                jag|fick||vänta fem veckor på en tid""",
        ),
        Aspect(
            subjects="läkarna:p; vikarien; personalen",
            good="noggrann/noggrant/noggranna; omtänksam/omtänksamt/omtänksamma; lyhörd/lyhört/lyhörda",
            fair="saklig+; korrekt/korrekt/korrekta",
            bad="ytlig+; nedlåtande; avvisande",
            praise="""jag|blev||tagen på allvar från första stund""",
            shrug="""läkaren|svarade||på det jag frågade om""",
            blame="""jag|blev|hela tiden|avbruten
                läkaren|tittade||mer på skärmen än på mig""",
        ),
        Aspect(
            subjects="telefonen; tidsbokningen; receptionen",
            good="vänlig+; effektiv+; hjälpsam/hjälpsamt/hjälpsamma",
            fair="=okej; =lite gammaldags",
            bad="ovänlig+; kaotisk+; hopplös+",
            praise="""de|svarar|alltid|med en gång""",
            shrug="""det|är||lättare att skriva än att ringa""",
            blame="""jag|satt||fyrtio minuter i telefonkö""",
        ),
    ),
    verdicts=(
        "Jag har bett att få byta läkare.",
        "Jag funderar på att byta.",
        "Det beror på vem man träffar.",
        "Jag känner mig trygg här.",
        "Så borde alla mottagningar vara.",
    ),
    titles=("Katastrof; Aldrig mer", "Ingen lyssnade", "Varierande", "Trygg; Nöjd", "Rekommenderas varmt"),
    stories="""Jag var här {time}.
        Jag har gått här i {number} år.
        {who} går också hit.""",
)

APPS = Topic(
    copulas="är~verkar",
    thing="appen; den; en app",
    times="i somras; i höstas",
    others="i {other}",
    aspects=(
        Aspect(
            subjects="appen; den nya versionen; uppdateringen",
            good="stabil+; snabb+; pålitlig+",
            fair="=användbar; =lite långsam",
            bad="ostabil+; långsam/långsamt/långsamma; opålitlig+",
            praise="""appen|har|aldrig|kraschat för mig
                allt|fungerar||som det ska""",
            shrug="""den|gör||det den ska och inte mer""",
            blame="""appen|kraschar||varje gång jag öppnar den
                jag|får|bara|en vit skärm""",
        ),
        Aspect(
            subjects="reklamen; annonserna:p; priset:n",
            good="diskret/diskret/diskreta; rimlig+",
            fair="=som väntat; vanlig+",
            bad="påträngande; fräck+; irriterande",
            praise="""jag|har||sluppit reklam ända sedan starten""",
            shrug="""det|är||lite reklam, men den går att stänga""",
            blame="""det|dyker||upp reklam vid varje tryck""",
        ),
        Aspect(
            subjects="utseendet:n; menyerna:p; sökningen",
            good="överskådlig+; genomtänkt/genomtänkt/genomtänkta; snygg+",
            fair="enkel/enkelt/enkla; =lite gammaldags",
            bad="rörig+; krånglig+; ful+",
            praise="""jag|hittar||allt med två tryck""",
            shrug="""det|tar||lite tid att lära sig menyerna""",
            blame="""jag|hittar|aldrig|det jag letar efter""",
        ),
    ),
    verdicts=(
        "Avinstallerad.",
        "Jag letar efter något annat.",
        "Tre stjärnor tills vidare.",
        "För det mesta en bra app.",
        "Fem stjärnor!",
    ),
    titles=("", "", "", "", ""),
    stories="""Jag har använt {thing} {since}.
        Jag laddade ner den {day}.
        {who} tipsade mig om den.""",
)

WEB = Topic(
    copulas="är; var",
    thing="nätbutiken; den; en nätbutik",
    times="före jul; förra veckan; på rea i januari; sent en söndagskväll",
    others="hos {other}",
    aspects=(
        Aspect(
            subjects="leveransen; frakten; spårningen",
            good="snabb+; smidig+; punktlig+",
            fair="=som utlovat; vanlig+",
            bad="långsam/långsamt/långsamma; opålitlig+; dyr+",
            praise="""paketet|låg||i brevlådan dagen efter""",
            shrug="""paketet|kom||efter en dryg vecka""",
            blame="""paketet|kom|aldrig|fram
                jag|väntade||sex veckor på något som skulle finnas i lager""",
        ),
        Aspect(
            subjects="kundtjänsten; hjälpen; chatten",
            good="vänlig+; hjälpsam/hjälpsamt/hjälpsamma; effektiv+",
            fair="artig+; korrekt/korrekt/korrekta",
            bad="oförskämd/oförskämt/oförskämda; avvisande; långsam/långsamt/långsamma",
            praise="""jag|fick||en ny vara skickad utan diskussion""",
            shrug="""jag|fick||svar till slut""",
            blame="""de|vägrar||att betala tillbaka pengarna""",
        ),
        Aspect(
            subjects="varan; kvaliteten; jackan; lampan",
            good="hållbar+; fin+; gedigen/gediget/gedigna",
            fair="=som utlovat; enkel/enkelt/enkla",
            bad="usel/uselt/usla; tunn/tunt/tunna; trasig+",
            praise="""varan|ser||ännu bättre ut än på bilden""",
            shrug="""färgen|var||lite annorlunda än på bilden""",
            blame="""dragkedjan|gick||sönder första dagen""",
        ),
    ),
    verdicts=(
        "Här handlar jag aldrig mer.",
        "Nästa gång går jag till en vanlig butik.",
        "Okej, men jag jämför priser först nästa gång.",
        "Jag handlar gärna här igen.",
        "Den bästa nätbutik jag har handlat i.",
    ),
    titles=("Bluff?; Håll er borta", "Besviken kund", "Helt okej", "Nöjd", "Perfekt!"),
    stories="""Jag beställde {goods} {time}.
        Jag köpte {goods} till {who} {time}.
        {who} tipsade mig om att prova här {time}.""",
)

LANGUAGE = Language(
    code="sv",
    plural="a",
    verb_second=True,
    topics={"books": BOOKS, "restaurants": RESTAURANTS, "doctors": DOCTORS, "apps": APPS, "web": WEB},
    general={
        "good": "bra; fin+; !fantastisk+; !strålande; !utmärkt/utmärkt/utmärkta",
        "fair": "=okej; =sådär; ojämn+",
        "bad": "dålig+; svag+; !urusel/uruselt/urusla; !hemsk+",
    },
    very={
        "good": "mycket; verkligen; otroligt; förvånansvärt; riktigt",
        "fair": "ganska; rätt",
        "bad": "mycket; ganska; alldeles för; otroligt",
    },
    utterly="helt; helt enkelt",
    negations={
        "good": "inte|särskilt; inte|speciellt; inte|direkt; aldrig|särskilt",
        "fair": "inte|mer än",
        "bad": "absolut inte|; inte|det minsta; på intet sätt|",
    },
    turns="långt ifrån; allt annat än",
    hedges={
        "good": "faktiskt; lyckligtvis; absolut",
        "fair": "nog; kanske; egentligen",
        "bad": "tyvärr; helt enkelt; nog",
    },
    frames={
        "plain": "{a.main}.",
        "opinion": """Jag tycker att {a.sub}.
            Jag måste säga att {a.sub}.
            Enligt min mening {a.inv}.
            Det råder ingen tvekan om att {a.sub}.""",
        "good": """Som tur är {a.inv}.
            Det bästa är att {a.sub}.""",
        "fair": """På det hela taget {a.inv}.
            Det kanske bara är jag, men {a.main}.""",
        "bad": """Tyvärr {a.inv}.
            Det värsta är att {a.sub}.
            Vad hjälper allt beröm när {a.sub}?""",
        "pair": """{a.main}, och {b.main}.
            {a.main}. Dessutom {b.inv}.""",
        "contrast": """Även om {a.sub}, {b.inv}.
            {a.main}, men {b.main}.
            {a.main}. Ändå {b.inv}.
            Visserligen {a.inv}, men {b.main}.
            {b.main}, även om {a.sub}.""",
        "up": """Det gör ingenting att {a.sub} när {b.sub}.
            Jag kan leva med att {a.sub}, för {b.main}.""",
        "down": """Det hjälper föga att {a.sub} när {b.sub}.
            Vad har jag för nytta av att {a.sub} när {b.sub}?""",
        "wish": "Jag önskar att jag kunde säga att {a.sub}.",
        "flip": """Andra skriver att {a.sub}, men det håller jag inte alls med om.
            Ingen kan påstå att {a.sub}.""",
        "other": """{other} {a.inv}, men så är det inte här.
            {other} {a.inv}, så det var något helt annat.""",
        "if": "Det är bara synd att {a.sub}.",
    },
    verdicts=(
        """Håll er borta.
        Bortkastade pengar.
        Jag avråder bestämt från {thing}.""",
        """På det hela taget blev jag besviken.
        Jag kan inte riktigt rekommendera {thing}.""",
        """På det hela taget helt okej.
        En del är bra och en del är mindre bra.""",
        """På det hela taget är jag nöjd.
        Jag rekommenderar gärna {thing}.""",
        """Jag rekommenderar {thing} till alla jag känner.
        Bättre än så här blir det knappast.""",
    ),
    titles=("Uselt; Håll er borta", "Besviken", "Helt okej; Sådär", "Bra; Nöjd", "Strålande; Fantastiskt!"),
    expected=(
        "Jag väntade mig inte mycket och fick ännu mindre.",
        "Jag hade väntat mig mer efter allt beröm.",
        "Det blev ungefär som jag hade väntat mig.",
        "Jag väntade mig inte mycket men blev glatt överraskad.",
        "Mina förväntningar var höga, och de infriades med råge.",
    ),
    irony="""Tack för ingenting.
        Helt fantastiskt, om man nu tycker om att bli arg.""",
    slang=("Usch.; Vilket skräp.", "Tja.; Nja.", "Jaja.; Duger.", "Schysst.; Gött.", "Grymt bra!; Helt underbart!"),
    slots={
        "day": "förra veckan; i vintras; i höstas; strax före jul",
        "since": "i ett halvår; sedan i somras; varenda dag; i några veckor; på min nya telefon",
        "who": "min mamma; en kollega; grannen; min syster; en gammal vän; min sambo",
        "occasion": "jul; min födelsedag; vår bröllopsdag; examen",
        "number": "två; tre; fyra; fem; sex; åtta; tio",
        "region": "i Norrland; på västkusten; vid kusten",
        "dish": "torsk; fisksoppa; lammlägg; en vegetarisk rätt; musslor; köttbullar",
        "goods": "ett par kängor; en vinterjacka; en läslampa; ett tält; sängkläder; en cykelhjälm",
    },
    typos={" inte ": " inge ", " mycket ": " mkt ", " och ": " o ", " verkligen ": " värkligen ", " också ": " oxå "},
)  # fmt: skip
