"""Bokmål for the demo site; the fields are explained in lexicon.py."""

from scrapers.demo_site.lexicon import Aspect, Language, Topic

BOOKS = Topic(
    copulas="er~virker; er~virker; var~virket",
    thing="boka; den; en bok",
    times="""i påskeferien; på hytta i høst; på toget til jobb; på stranden i juli; over en langhelg i november
        mellom jul og nyttår; i løpet av to kvelder; sent på kvelden; mens barna sov; på en regntung søndag""",
    others="i «{other}»",
    aspects=(
        Aspect(
            subjects="handlingen; historien; plottet:n; intrigen; fortellingen",
            good="spennende; original+; medrivende; gripende; troverdig*; =velkomponert/velkomponert/velkomponerte",
            fair="tradisjonell/tradisjonelt/tradisjonelle; oversiktlig*; !alminnelig*; !ordinær+",
            bad="kjedelig*; forutsigbar+; rotete; tynn/tynt/tynne; usannsynlig*; langtekkelig*; =oppkonstruert",
            praise="""historien|griper||tak fra første side
                jeg|ble||sittende oppe halve natten for å lese ferdig
                jeg|klarte|ikke|å legge fra meg boka
                det|skjer|stadig|noe nytt som snur opp ned på alt
                trådene|samles||på en elegant måte mot slutten""",
            shrug="""historien|gjør||jobben
                det|tar||litt tid før historien kommer i gang
                handlingen|går||stort sett som ventet
                noen av kapitlene|fungerer||bedre enn andre""",
            blame="""jeg|gjettet||løsningen lenge før halvveis
                historien|går||i ring i flere hundre sider
                det|skjer|knapt|noe de første hundre sidene
                jeg|mistet||tråden flere ganger
                halvparten av kapitlene|burde||vært strøket""",
        ),
        Aspect(
            subjects="personene:p; hovedpersonen; persongalleriet:n; karakterene:p; søsknene i boka:p",
            good="levende; sammensatt/sammensatt/sammensatte; troverdig*; =godt tegnet/godt tegnet/godt tegnede; varm+",
            fair="gjenkjennelig*; !vanlig*; grei+",
            bad="""flat/flatt/flate; !endimensjonal+; usympatisk*; klisjépreget/klisjépreget/klisjépregede
                uinteressant/uinteressant/uinteressante""",
            praise="""jeg|kom||virkelig under huden på hovedpersonen
                jeg|savner|allerede|menneskene i boka
                hovedpersonen|utvikler||seg på en måte som kjennes ekte
                alle|får||sin egen stemme""",
            shrug="""jeg|ble||sånn passe kjent med dem
                bipersonene|får||akkurat plass nok
                hovedpersonen|er||lett å like og lett å glemme""",
            blame="""jeg|ble|aldri|nysgjerrig på hvordan det gikk med dem
                alle|snakker||på samme måte
                det|er|nesten|umulig å holde personene fra hverandre
                hovedpersonen|tar|stadig|valg som ingen ville tatt""",
        ),
        Aspect(
            subjects="språket:n; dialogen; oversettelsen; stilen; skrivemåten",
            good="poetisk*; frisk+; presis+; humoristisk*; levende; flytende",
            fair="enkel/enkelt/enkle; nøktern+; =rett fram",
            bad="tung+; klønete; oppstyltet/oppstyltet/oppstyltede; masete; stiv+; slurvete",
            praise="""forfatteren|skriver||så det synger
                setningene|flyter||lett og naturlig
                jeg|leste||flere avsnitt høyt bare for å høre dem
                dialogen|sitter||som et skudd""",
            shrug="""språket|står|ikke|i veien for historien
                stilen|er||den samme som i de forrige bøkene
                det|er||litt ujevnt skrevet""",
            blame="""det|kryr||av skrivefeil
                jeg|snublet||i de lange setningene
                de samme ordene|kommer||igjen på hver eneste side
                oversettelsen|halter||fra første kapittel""",
        ),
        Aspect(
            subjects="slutten; avslutningen; det siste kapittelet:n; oppløsningen",
            good="overraskende; sterk+; vakker/vakkert/vakre; tilfredsstillende; rørende",
            fair="åpen/åpent/åpne; rolig*; =som ventet",
            bad="brå/brått/brå; søtladen/søtladent/søtladne; !utroverdig*; skuffende; slapp/slapt/slappe",
            praise="""jeg|satt||med tårer i øynene til slutt
                alt|faller||på plass de siste sidene
                slutten|ga||meg frysninger""",
            shrug="""noen spørsmål|blir||hengende i luften
                boka|slutter||omtrent der jeg trodde
                slutten|lar||leseren velge selv""",
            blame="""slutten|kommer||som lyn fra klar himmel
                jeg|satt||igjen med en følelse av å ha blitt lurt
                de siste kapitlene|virker||skrevet i full fart""",
        ),
        Aspect(
            subjects="omslaget:n; utgaven; kartet bakerst:n; innbindingen",
            good="!nydelig*; innbydende; forseggjort/forseggjort/forseggjorte; lekker/lekkert/lekre",
            fair="enkel/enkelt/enkle; nøytral+; grei+",
            bad="stygg/stygt/stygge; billig*; intetsigende; slurvete; misvisende",
            praise="""boka|er||en fryd å holde i hånden
                omslaget|passer||perfekt til innholdet""",
            shrug="""omslaget|ser||ut som alle andre for tiden
                skriften|er||litt liten, men til å lese""",
            blame="""sidene|løsnet||etter en uke
                baksideteksten|røper||altfor mye
                skriften|er||så liten at jeg fikk hodepine""",
        ),
    ),
    verdicts=(
        """Jeg ga opp etter to tredeler.
        Denne havner rett i papirinnsamlingen.
        Jeg skjønner ikke at noe forlag ville gi ut dette.""",
        """Jeg kommer ikke til å lese mer av denne forfatteren med det første.
        Ideen er bedre enn boka.
        Den burde vært halvparten så lang.""",
        """En bok for toget, ikke for evigheten.
        Jeg leste den ut, men jeg kommer ikke til å lese den om igjen.
        Passer nok best for dem som allerede liker sjangeren.""",
        """Jeg gleder meg til neste bok i serien.
        Et godt valg for lesesirkelen.
        Denne låner jeg gjerne bort.""",
        """Årets beste leseopplevelse for min del.
        Jeg begynte på nytt med en gang jeg var ferdig.
        Denne kommer til å stå i hylla mi lenge.""",
    ),
    titles=(
        "Ga opp; Uleselig; Bortkastet lesetid; Nei, nei, nei",
        "Ventet mer; Tung å komme gjennom; God idé, svak bok",
        "Grei ferielesning; Ujevn; Midt på treet",
        "God bok; Verdt å lese; Likte den godt",
        "Mesterlig; Årets bok; Les den!; Kunne ikke legge den bort",
    ),
    stories="""Jeg leste {thing} {time}.
        Jeg fikk den av {who} til {occasion}.
        Vi leste den i lesesirkelen {time}.
        Jeg hørte den først som lydbok {time}.
        Jeg lånte den på biblioteket etter tips fra {who}.
        Handlingen er lagt til et lite sted {region} like etter krigen.
        Boka handler om to søsken som arver et hus {region}.
        Jeg leser vanligvis mest krim, men {who} ga meg denne {time}.
        Den er på {number} hundre sider, og jeg leste den {time}.
        Forfatteren har tidligere skrevet om livet {region}.""",
)

RESTAURANTS = Topic(
    copulas="var~virket",
    thing="stedet; det; et sted",
    times="""sist fredag; en tirsdag i februar; på bryllupsdagen vår; etter jobb en torsdag; i går kveld
        på vei til kino; i sommerferien; lørdag kveld; midt i fellesferien; søndag ettermiddag""",
    others="på {other}; hos {other}",
    aspects=(
        Aspect(
            subjects="maten; fisken; hovedretten; kjøttet:n; rettene:p; grillmaten",
            good="""!nydelig*; smakfull/smakfullt/smakfulle; fersk+; velsmakende; saftig*; spennende
                delikat/delikat/delikate""",
            fair="grei+; !ordinær+; mild+; enkel/enkelt/enkle",
            bad="""smakløs+; lunken/lunkent/lunkne; tørr/tørt/tørre; fet/fett/fete; salt/salt/salte; kjedelig*
                !overkokt/overkokt/overkokte""",
            praise="""kjøttet|smeltet||på tungen
                jeg|slikket|nesten|tallerkenen
                råvarene|fikk||lov til å snakke for seg selv
                hver eneste rett|var||en overraskelse
                vi|snakket||om desserten hele veien hjem""",
            shrug="""maten|smakte||omtrent som hjemme
                vi|ble|i alle fall|mette
                forretten|var||bedre enn hovedretten
                porsjonene|var||verken store eller små""",
            blame="""potetene|var||rå i midten
                halve porsjonen|ble||stående igjen
                kjøttet|var||seigt som en skosåle
                jeg|ble||dårlig samme natt
                det|smakte||mest av fryseren""",
        ),
        Aspect(
            subjects="servitøren; betjeningen; servicen; personalet:n; kelnerne:p",
            good="""hyggelig*; oppmerksom/oppmerksomt/oppmerksomme; kunnskapsrik+; blid+; imøtekommende
                profesjonell/profesjonelt/profesjonelle""",
            fair="høflig*; korrekt/korrekt/korrekte; stille",
            bad="""sur+; uinteressert/uinteressert/uinteresserte; frekk/frekt/frekke; stresset/stresset/stressede
                !fraværende; arrogant/arrogant/arrogante""",
            praise="""vi|ble||tatt imot som gamle venner
                servitøren|husket||oss fra sist
                kelneren|visste||alt om hver eneste vin
                personalet|ordnet||alt uten at vi måtte spørre""",
            shrug="""servitøren|tok||imot bestillingen og ikke mer
                vi|fikk||det vi ba om
                noen av dem|var||blidere enn andre""",
            blame="""vi|måtte||spørre tre ganger om vann
                ingen|kom|noen gang|tilbake til bordet vårt
                servitøren|himlet||med øynene da vi spurte om allergener
                de|glemte||halve bestillingen""",
        ),
        Aspect(
            subjects="prisen; regningen; prisene:p; drikkeprisene:p; prisnivået:n",
            good="rimelig*; hyggelig*; rettferdig*; overkommelig*",
            fair="!vanlig*; =som ventet; !normal+",
            bad="stiv+; høy/høyt/høye; urimelig*; drøy/drøyt/drøye; uforståelig*",
            praise="""vi|fikk||mye for pengene
                regningen|ble||lavere enn vi hadde trodd
                det|var||verdt hver krone""",
            shrug="""prisene|er||som andre steder i byen
                vi|betalte||omtrent det vi hadde regnet med""",
            blame="""vi|betalte||over tusen kroner for to små retter
                de|tok||ekstra betalt for brødet
                det|sto|ikke|i forhold til det vi fikk""",
        ),
        Aspect(
            subjects="lokalet:n; stemningen; atmosfæren; lydnivået:n; musikken; interiøret:n",
            good="koselig*; avslappet/avslappet/avslappede; lun+; behagelig*; stilig*",
            fair="enkel/enkelt/enkle; nøytral+; !vanlig*",
            bad="bråkete; trang+; trekkfull/trekkfullt/trekkfulle; slitsom/slitsomt/slitsomme; skitten/skittent/skitne",
            praise="""utsikten|var||verdt turen alene
                vi|kunne||snakke sammen uten å rope
                bordet ved vinduet|var||en drøm""",
            shrug="""lokalet|har||sett sine beste dager, men det var rent
                vi|satt||tett, som man gjør i byen""",
            blame="""vi|måtte||rope for å høre hverandre
                det|luktet||stekeos i hele lokalet
                bordet|vippet||hele kvelden
                det|trakk||kaldt fra døren""",
        ),
        Aspect(
            subjects="serveringen; tempoet på kjøkkenet:n; bordbestillingen; avviklingen",
            good="smidig*; effektiv+; rask+; !problemfri/problemfritt/problemfrie",
            fair="!akseptabel/akseptabelt/akseptable; !normal+; =passe",
            bad="somlete; treg+; langsom/langsomt/langsomme; kaotisk*",
            praise="""maten|kom||på bordet før vi rakk å bli utålmodige
                alt|gikk||på skinner fra vi kom inn døren""",
            shrug="""det|tok||en halvtime før maten kom
                vi|ventet||litt, men ikke lenge""",
            blame="""vi|ventet||halvannen time på hovedretten
                bordet vårt|var||gitt bort da vi kom
                nabobordet|fikk||maten lenge før oss, enda de kom sist""",
        ),
    ),
    verdicts=(
        """Hit setter jeg aldri mine bein igjen.
        Vi gikk rett på pølsebua etterpå.
        Mattilsynet burde ta en tur.""",
        """Vi prøver nok et annet sted neste gang.
        Kjøkkenet har en lang vei å gå.
        Det ble en dyr skuffelse.""",
        """Greit hvis du likevel er i nærheten.
        Vi ble mette, men ikke begeistret.
        Helt på det jevne.""",
        """Vi kommer gjerne tilbake.
        Et trygt valg når du har gjester.
        En hyggelig kveld ble det.""",
        """Byens beste bord, spør du meg.
        Vi har alt bestilt bord igjen.
        Slike steder skulle det vært flere av.""",
    ),
    titles=(
        "Aldri igjen; Matforgiftning?; Skandaløst; Gå et annet sted",
        "Skuffet; Dyrt og dårlig; Ikke verdt prisen",
        "Helt greit; Både og; På det jevne",
        "God mat; Hyggelig kveld; Vi kommer tilbake",
        "Fantastisk kveld; Byens beste; Toppklasse; Nydelig!",
    ),
    stories="""Vi var {number} stykker som spiste her {time}.
        Vi feiret {occasion} her.
        Jeg var innom alene {time}.
        Vi bestilte bord på nettet og kom {time}.
        Jeg valgte {dish}, og {who} tok {dish2}.
        Vi delte {dish} og {dish2}.
        {time} var jeg her sammen med {who}.
        Stedet ligger like ved torget, og vi gikk innom {time}.
        {who} hadde lyst på {dish}, så vi dro hit {time}.
        Vi bor {region} og er ikke i byen så ofte.""",
)

DOCTORS = Topic(
    copulas="er~virker; var~virket",
    thing="legekontoret; det; et legekontor",
    times="""i forrige uke; i vinter; etter at vi flyttet hit; da sønnen min hadde feber; i fjor høst
        for tredje gang i år; rett etter påske; med en vond skulder; til en årlig kontroll; da fastlegen min sluttet""",
    others="på {other}; hos {other}",
    aspects=(
        Aspect(
            subjects="ventetiden; køen; ventingen; tiden på venterommet",
            good="kort/kort/korte; overkommelig*; forutsigbar+; !ubetydelig*",
            fair="!akseptabel/akseptabelt/akseptable; =som andre steder; !normal+",
            bad="lang+; !uholdbar+; uforutsigbar+; !uakseptabel/uakseptabelt/uakseptable; !evigvarende",
            praise="""jeg|kom||inn på minuttet
                jeg|fikk||time allerede samme dag
                jeg|rakk|ikke|å sette meg før jeg ble ropt opp""",
            shrug="""jeg|ventet||et kvarter, som vanlig
                det|tar||en uke eller to å få time
                de|er||litt forsinket utpå dagen""",
            blame="""jeg|satt||i to timer på venterommet
                jeg|måtte||vente i fem uker på en time
                ingen|sa||fra om at de var forsinket
                timen|ble||avlyst samme morgen""",
        ),
        Aspect(
            subjects="legene:p; vikaren; de ansatte:p; turnuslegen; sykepleierne:p",
            good="""grundig*; omsorgsfull/omsorgsfullt/omsorgsfulle; tålmodig*
                forståelsesfull/forståelsesfullt/forståelsesfulle""",
            fair="saklig*; korrekt/korrekt/korrekte; kortfattet/kortfattet/kortfattede",
            bad="avvisende; overfladisk*; nedlatende; stresset/stresset/stressede",
            praise="""jeg|ble||tatt på alvor fra første stund
                legen|tok||seg tid til alle spørsmålene mine
                de|forklarte||alt på en måte jeg forstod
                jeg|følte||meg hørt""",
            shrug="""legen|svarte||på det jeg spurte om
                det|gikk||litt fort, men jeg fikk resepten
                noen av legene|er||flinkere til å lytte enn andre""",
            blame="""legen|så||mer på skjermen enn på meg
                jeg|ble||avbrutt hele tiden
                jeg|ble||sendt hjem med beskjed om å ta det med ro
                ingen|undersøkte||det jeg kom for""",
        ),
        Aspect(
            subjects="telefonen; timebestillingen; resepsjonen; skranken; nettportalen",
            good="effektiv+; hjelpsom/hjelpsomt/hjelpsomme; vennlig*; =enkel å bruke/enkelt å bruke/enkle å bruke",
            fair="grei+; =litt gammeldags; =til å leve med",
            bad="treg+; uvennlig*; !håpløs+; kaotisk*; !umulig*",
            praise="""de|svarer|alltid|etter få ringetoner
                resepsjonen|ordnet||alt mens jeg ventet
                jeg|får|alltid|svar på meldinger samme dag""",
            shrug="""det|er||lettere å sende melding enn å ringe
                telefonen|er||åpen noen timer om dagen
                skranken|var||betjent det meste av tiden""",
            blame="""ingen|tar|noen gang|telefonen
                jeg|sto||i telefonkø i førti minutter
                damen i skranken|ropte||opp plagene mine foran alle
                meldingene mine|blir|aldri|besvart""",
        ),
        Aspect(
            subjects="oppfølgingen; utredningen; behandlingen; journalføringen; informasjonen",
            good="god/godt/gode; tett/tett/tette; trygg/trygt/trygge; ryddig*; grundig*",
            fair="grei+; rutinepreget/rutinepreget/rutinepregede; !tilstrekkelig*",
            bad="mangelfull/mangelfullt/mangelfulle; tilfeldig*; rotete; !fraværende; slurvete",
            praise="""de|ringte||meg dagen etter for å høre hvordan det gikk
                henvisningen|ble||sendt samme ettermiddag
                prøvesvarene|kom||raskt og med en god forklaring""",
            shrug="""prøvesvarene|kom||etter en stund
                jeg|måtte||minne dem på henvisningen én gang""",
            blame="""prøvene mine|ble||borte
                henvisningen|ble|aldri|sendt
                jeg|fikk||feil resept to ganger
                jeg|måtte||forklare alt på nytt for hver nye vikar""",
        ),
        Aspect(
            subjects="venterommet:n; lokalene:p; inngangen; parkeringen",
            good="lys+; ren+; romslig*; innbydende",
            fair="enkel/enkelt/enkle; nøktern+; =litt slitt/litt slitt/litt slitte",
            bad="trang+; skitten/skittent/skitne; mørk+; upraktisk*",
            praise="""det|er||god plass til både barnevogn og rullestol
                det|er|alltid|ledig parkering rett utenfor""",
            shrug="""venterommet|er||som venterom flest
                kontoret|ligger||i andre etasje, men det er heis""",
            blame="""alle|kan||høre det som blir sagt i skranken
                heisen|har||vært ute av drift i månedsvis""",
        ),
    ),
    verdicts=(
        """Jeg har bedt om å få bytte fastlege.
        Her får du bare hjelp hvis du er frisk.
        Jeg kommer til å klage til kommunen.""",
        """Jeg vurderer å bytte.
        Det holder dessverre ikke.
        Jeg hadde trodd at helsehjelp var noe annet.""",
        """Jeg blir, for det finnes ikke så mange andre.
        Det varierer hvem du treffer.
        Det fungerer når det ikke haster.""",
        """Jeg er trygg på at jeg får hjelp her.
        Jeg blir gjerne værende som pasient.
        Stort sett veldig fornøyd med kontoret.""",
        """Jeg er glad jeg byttet hit.
        Slik burde alle legekontor være.
        Tusen takk til alle som jobber her.""",
    ),
    titles=(
        "Katastrofe; Bytter lege; Ikke syk nok?; Håpløst",
        "Ble ikke hørt; Skuffende; For lang ventetid",
        "Varierende; Helt ok; Som legekontor flest",
        "Fornøyd; Gode leger; Trygt",
        "Endelig noen som lytter; Anbefales!; Best i byen",
    ),
    stories="""Jeg var her {time}.
        Jeg har hørt til dette kontoret i {number} år.
        Jeg måtte ta blodprøver {day}.
        Jeg kom hit {day} etter råd fra {who}.
        {who} går også her.
        Kontoret flyttet til nye lokaler for {number} år siden.
        Jeg trengte en attest til jobben.
        Vi kom innom legevakten først og ble sendt hit {day}.
        Det jobber {number} leger her, så vidt jeg vet.""",
)

APPS = Topic(
    copulas="er~virker",
    thing="appen; den; en app",
    times="""i sommer; i fjor høst; da jeg byttet telefon; rett etter siste oppdatering; for et halvt år siden
        før ferien""",
    others="i {other}; på {other}",
    aspects=(
        Aspect(
            subjects="appen; den siste versjonen; oppdateringen; startskjermen; synkroniseringen",
            good="stabil+; rask+; solid+; pålitelig*; lettdrevet/lettdrevet/lettdrevne",
            fair="brukbar+; grei+; =litt treg/litt tregt/litt trege",
            bad="ustabil+; treg+; upålitelig*; !ubrukelig*; =full av feil",
            praise="""appen|har|aldri|krasjet hos meg
                alt|virker||som det skal, selv uten dekning
                appen|starter||på et blunk
                de|retter||feil nesten før jeg får meldt dem""",
            shrug="""appen|henger||seg av og til, men kommer i gang igjen
                appen|gjør||det den skal og ikke mer
                det|er||noen småfeil her og der""",
            blame="""appen|krasjer||hver gang jeg åpner den
                jeg|får|bare|en hvit skjerm
                alt jeg hadde lagret|forsvant||over natten
                appen|fryser||midt i det jeg holder på med""",
        ),
        Aspect(
            subjects="reklamen; annonsene:p; betalingsmodellen; abonnementet:n; prisen",
            good="diskret/diskret/diskrete; rimelig*; =til å leve med; rettferdig*",
            fair="=som ventet; !vanlig*; merkbar+",
            bad="påtrengende; frekk/frekt/frekke; masete; dyr+; !uforskammet/uforskammet/uforskammede",
            praise="""jeg|har||sluppet reklame helt siden starten
                gratisutgaven|holder||lenge for meg
                jeg|betaler||gjerne for dette""",
            shrug="""det|er||litt reklame, men den lar seg lukke
                noen funksjoner|koster||ekstra""",
            blame="""det|spretter||opp reklame for hvert trykk
                jeg|ble||trukket for et helt år uten forvarsel
                alt som før var gratis|koster||nå penger
                det|er|nesten|umulig å si opp abonnementet""",
        ),
        Aspect(
            subjects="batteribruken; strømforbruket:n; lagringen; databruken",
            good="lav+; beskjeden/beskjedent/beskjedne; fornuftig*",
            fair="!normal+; =som i andre apper",
            bad="høy/høyt/høye; !vanvittig*; uforklarlig*",
            praise="""batteriet|varer||hele dagen selv om appen står på
                appen|tar|nesten ikke|plass på telefonen""",
            shrug="""appen|bruker||litt strøm, som alle kart gjør""",
            blame="""batteriet|er||tomt før lunsj
                telefonen|blir||glovarm
                appen|spiser||opp hele datakvoten""",
        ),
        Aspect(
            subjects="innloggingen; registreringen; brukerkontoen; sikkerheten",
            good="enkel/enkelt/enkle; smidig*; trygg/trygt/trygge; kjapp/kjapt/kjappe",
            fair="grei+; =litt omstendelig/litt omstendelig/litt omstendelige",
            bad="tungvint/tungvint/tungvinte; !håpløs+; plagsom/plagsomt/plagsomme; forvirrende",
            praise="""jeg|logger||inn med fingeren på et sekund
                jeg|var||i gang på under et minutt""",
            shrug="""jeg|må||logge inn på nytt en gang i måneden""",
            blame="""jeg|blir||kastet ut hver eneste dag
                koden på SMS|kommer|aldri|fram
                jeg|må||lage nytt passord hver gang""",
        ),
        Aspect(
            subjects="utseendet:n; menyene:p; designet:n; brukergrensesnittet:n; søket:n",
            good="oversiktlig*; pen/pent/pene; intuitiv+; gjennomtenkt/gjennomtenkt/gjennomtenkte; ryddig*",
            fair="enkel/enkelt/enkle; =litt gammeldags; nøktern+",
            bad="rotete; uoversiktlig*; stygg/stygt/stygge; ulogisk*; tungvint/tungvint/tungvinte",
            praise="""selv bestefar|fant||fram uten hjelp
                jeg|finner||alt med to trykk
                mørk modus|er||en velsignelse for øynene""",
            shrug="""det|tar||litt tid å bli kjent med menyene
                utseendet|er||det samme som før""",
            blame="""jeg|finner|aldri|det jeg leter etter
                knappene|er||så små at jeg bommer hele tiden
                alt|er||flyttet rundt uten grunn""",
        ),
        Aspect(
            subjects="brukerstøtten; hjelpen; kundeservicen; dialogen med utviklerne",
            good="""rask+; hyggelig*; =løsningsorientert/løsningsorientert/løsningsorienterte
                hjelpsom/hjelpsomt/hjelpsomme""",
            fair="høflig*; =litt sen/litt sent/litt sene; =standard",
            bad="!ikke-eksisterende; arrogant/arrogant/arrogante; treg+; robotaktig*",
            praise="""jeg|fikk||svar fra utviklerne innen en time
                de|lytter|faktisk|til brukerne""",
            shrug="""jeg|fikk||et standardsvar etter noen dager""",
            blame="""jeg|har||sendt fire meldinger uten å få svar
                de|svarer|bare|med ferdigskrevne fraser""",
        ),
    ),
    verdicts=(
        """Avinstallert.
        Nå er den slettet fra telefonen min.
        Null stjerner hvis det hadde gått an.""",
        """Før var dette en god app.
        Jeg leter etter et alternativ.
        Fiks dette, så skal jeg gi flere stjerner.""",
        """Tre stjerner inntil videre.
        Den duger, men mer er det ikke å si.
        Har potensial, men er ikke helt i mål.""",
        """Stort sett en fin app.
        Fire stjerner, den femte kommer når det siste er på plass.
        Bruker den hver dag og er fornøyd.""",
        """Fem stjerner!
        Kan ikke tenke meg hverdagen uten.
        Den beste av alle jeg har prøvd.""",
    ),
    titles=("", "", "", "", ""),
    stories="""Jeg har brukt {thing} {since}.
        Jeg lastet den ned {time}.
        {who} tipset meg om den {time}.
        Vi er {number} i familien som bruker den.
        Jeg bruker den mest når jeg er {region}.
        Telefonen min er {number} år gammel.
        Jeg har prøvd {number} andre apper av samme slag.
        På jobben fikk vi beskjed om å bruke den {time}.""",
)

WEB = Topic(
    copulas="er~virker; var~virket; var~virket",
    thing="nettbutikken; den; en nettbutikk",
    times="""før jul; i forrige uke; på salg i januar; til konfirmasjonen; i sommer; sent en søndagskveld
        for andre gang; da den gamle gikk i stykker; rett før ferien; i mai""",
    others="hos {other}",
    aspects=(
        Aspect(
            subjects="leveringen; forsendelsen; frakten; leveringstiden; sporingen",
            good="rask+; punktlig*; !problemfri/problemfritt/problemfrie; !lynrask+",
            fair="!normal+; =som lovet; grei+",
            bad="treg+; upålitelig*; dyr+; kaotisk*; forsinket/forsinket/forsinkede",
            praise="""pakken|lå||i postkassen dagen etter
                varene|kom||to dager før de hadde lovet
                jeg|fikk||melding om alt underveis""",
            shrug="""pakken|kom||etter en drøy uke
                leveringen|tok||den tiden de hadde sagt
                jeg|måtte||hente pakken selv, men det var ikke langt""",
            blame="""pakken|kom|aldri|fram
                jeg|ventet||i seks uker på noe som skulle være på lager
                sporingen|viste||ingenting på fjorten dager
                pakken|ble||levert hos feil nabo""",
        ),
        Aspect(
            subjects="kundeservicen; chatten; hjelpen; kundebehandleren; svarene fra dem:p",
            good="hjelpsom/hjelpsomt/hjelpsomme; vennlig*; effektiv+; kunnskapsrik+; raus+",
            fair="høflig*; korrekt/korrekt/korrekte; =litt standardisert/litt standardisert/litt standardiserte",
            bad="""!uforskammet/uforskammet/uforskammede; treg+; avvisende
                =umulig å få tak i/umulig å få tak i/umulige å få tak i""",
            praise="""jeg|fikk||ny vare tilsendt uten diskusjon
                noen|svarte||på chatten med én gang
                de|ordnet||returen på fem minutter""",
            shrug="""jeg|fikk||svar til slutt
                de|beklaget||og viste til vilkårene""",
            blame="""ingen|svarer||på e-post
                jeg|ble||satt over fire ganger
                de|nekter||å betale tilbake pengene
                chatten|er||bare en robot som gjentar seg selv""",
        ),
        Aspect(
            subjects="utvalget:n; prisene:p; tilbudene:p; sortimentet:n",
            good="imponerende; variert/variert/varierte; gunstig*; =oppdatert/oppdatert/oppdaterte",
            fair="!vanlig*; =begrenset/begrenset/begrensede; grei+",
            bad="misvisende; dårlig*; skuffende; !utdatert/utdatert/utdaterte",
            praise="""jeg|fant||akkurat det jeg hadde lett etter i årevis
                ingen andre|har||så mye å velge mellom
                prisen|var||den laveste jeg fant""",
            shrug="""de|har||det samme som alle andre
                noe|er||billigere her, og noe er dyrere""",
            blame="""halvparten av varene|er||utsolgt
                rabatten|gjaldt|ikke|i kassen likevel
                prisen|steg||mens varen lå i handlekurven""",
        ),
        Aspect(
            subjects="varen; kvaliteten; skoene:p; jakken; lampen; emballasjen; stoffet:n",
            good="solid+; forseggjort/forseggjort/forseggjorte; god/godt/gode; holdbar+; !nydelig*",
            fair="grei+; =som beskrevet; enkel/enkelt/enkle",
            bad="skral+; dårlig*; !defekt/defekt/defekte; tynn/tynt/tynne; !ødelagt/ødelagt/ødelagte",
            praise="""varen|ser||enda bedre ut enn på bildet
                alt|var||pakket inn med omhu
                størrelsen|stemte||på centimeteren""",
            shrug="""fargen|var||litt annerledes enn på bildet
                varen|gjør||nytten så lenge det varer""",
            blame="""glidelåsen|røk||første dagen
                det|manglet||deler i esken
                jeg|fikk||noe helt annet enn det jeg bestilte
                fargen|gikk||ut i første vask""",
        ),
        Aspect(
            subjects="nettsiden; kassen; betalingen; returordningen; handlekurven",
            good="oversiktlig*; enkel/enkelt/enkle; trygg/trygt/trygge; smidig*; ryddig*",
            fair="grei+; =litt gammeldags; !vanlig*",
            bad="forvirrende; tungvint/tungvint/tungvinte; =full av feil; rotete; !utrygg/utrygt/utrygge",
            praise="""jeg|var||ferdig i kassen på ett minutt
                returen|gikk||helt av seg selv""",
            shrug="""jeg|måtte||lete litt etter størrelsene
                siden|ser||gammel ut, men virker""",
            blame="""siden|logget||meg ut midt i betalingen
                beløpet|ble||trukket to ganger
                jeg|måtte||betale returen selv""",
        ),
    ),
    verdicts=(
        """Her blir det aldri handlet igjen.
        Dette grenser til svindel.
        Jeg har meldt saken til Forbrukerrådet.""",
        """Neste gang går jeg i en vanlig butikk.
        Jeg handler nok et annet sted heretter.
        Billig ble dyrt denne gangen.""",
        """Greit nok, men jeg sammenligner priser først neste gang.
        Ingen stor opplevelse, men jeg fikk det jeg betalte for.
        Helt gjennomsnittlig handel.""",
        """Jeg handler gjerne her igjen.
        En ryddig butikk å forholde seg til.
        Godt fornøyd med kjøpet.""",
        """Beste nettbutikken jeg har handlet i.
        Nå handler jeg ikke andre steder.
        Slik skal det gjøres!""",
    ),
    titles=(
        "Svindel?; Hold dere unna; Pakken kom aldri; Elendig",
        "Trøblete; Skuffet kunde; Dårlig kvalitet",
        "Helt grei handel; Ok; Varierende",
        "Fornøyd; Bra butikk; Rask levering",
        "Supert!; Best på nett; Imponert; Anbefales",
    ),
    stories="""Jeg bestilte {goods} {time}.
        Jeg handlet {goods} til {who} {time}.
        Vi bor {region}, så vi handler det meste på nett.
        Jeg kjøpte {goods} og {goods2} {time}.
        {who} anbefalte meg å prøve her {time}.
        Bestillingen min var på {number} varer.
        Det var første gang jeg handlet her.
        Jeg trengte {goods} til {occasion}.""",
)

LANGUAGE = Language(
    code="nb",
    plural="e",
    verb_second=True,
    topics={"books": BOOKS, "restaurants": RESTAURANTS, "doctors": DOCTORS, "apps": APPS, "web": WEB},
    general={
        "good": """god/godt/gode; bra; fin+; !fantastisk*; !strålende; !utmerket/utmerket/utmerkede; imponerende
            flott/flott/flotte""",
        "fair": "grei+; =ok; =passe bra; =gjennomsnittlig*; ujevn+; =middels",
        "bad": "dårlig*; svak+; !elendig*; !forferdelig*; skuffende; irriterende; !håpløs+; =under enhver kritikk",
    },
    very={
        "good": "veldig; svært; virkelig; utrolig; skikkelig; overraskende; usedvanlig",
        "fair": "ganske; helt; nokså; sånn passe",
        "bad": "veldig; svært; ganske; utrolig; altfor; forbløffende; skikkelig",
    },
    utterly="helt; rett og slett; fullstendig; aldeles",
    negations={
        "good": "ikke|særlig; ikke|spesielt; ikke|så veldig; ikke|akkurat; aldri|særlig",
        "fair": "ikke|mer enn; ikke|helt",
        "bad": "slett ikke|; ikke|det minste; på ingen måte|; ikke|i nærheten av å være",
    },
    turns="langt fra; alt annet enn; langt ifra",
    hedges={
        "good": "heldigvis; faktisk; absolutt; uten tvil; som alltid",
        "fair": "nok; kanskje; vel; egentlig; stort sett",
        "bad": "dessverre; rett og slett; nok; etter mitt syn; fortsatt",
    },
    frames={
        "plain": "{a.main}.",
        "opinion": """Jeg synes {a.sub}.
            Jeg må si at {a.sub}.
            Etter min mening {a.inv}.
            Det er ingen tvil om at {a.sub}.
            For meg {a.inv}.
            Jeg la også merke til at {a.sub}.""",
        "good": """Heldigvis {a.inv}.
            Det beste er at {a.sub}.
            Det gledet meg at {a.sub}.
            Jeg setter stor pris på at {a.sub}.
            Og ikke minst: {a.main}.""",
        "fair": """Alt i alt {a.inv}.
            Jeg vil si at {a.sub}.
            Kanskje er det bare meg, men {a.main}.""",
        "bad": """Dessverre {a.inv}.
            Det verste er at {a.sub}.
            Det irriterte meg at {a.sub}.
            Hva hjelper all verdens skryt når {a.sub}?""",
        "pair": """{a.main}, og {b.main}.
            {a.main}. I tillegg {b.inv}.
            {a.main}, og dessuten {b.inv}.
            {a.main}. Dessuten {b.inv}.""",
        "contrast": """Selv om {a.sub}, {b.inv}.
            {a.main}, men {b.main}.
            {a.main}. Likevel {b.inv}.
            Riktignok {a.inv}, men {b.main}.
            Det stemmer at {a.sub}, men {b.main}.
            Til tross for at {a.sub}, {b.inv}.
            {b.main}, selv om {a.sub}.
            {b.main}, enda {a.sub}.""",
        "up": """Det gjør ingenting at {a.sub} når {b.sub}.
            Jeg kan leve med at {a.sub}, for {b.main}.
            At {a.sub}, glemte jeg fort, for {b.main}.""",
        "down": """Det hjelper lite at {a.sub} når {b.sub}.
            At {a.sub}, veier ikke opp for at {b.sub}.
            Hva har jeg igjen for at {a.sub} når {b.sub}?""",
        "wish": """Jeg skulle ønske jeg kunne si at {a.sub}.
            Hadde det bare vært sant at {a.sub}.""",
        "flip": """Andre skriver at {a.sub}, men det er jeg slett ikke enig i.
            Jeg hadde hørt at {a.sub}, men det stemte ikke.
            Ingen kan påstå at {a.sub}.
            Det er ikke sant at {a.sub}, slik noen hevder her.
            Hvor har folk det fra at {a.sub}?
            Jeg kjenner meg ikke igjen i at {a.sub}.""",
        "other": """{other} {a.inv}, men slik er det ikke her.
            {other} {a.inv}, og forskjellen er til å ta og føle på.
            Sist, {other}, opplevde jeg at {a.sub}; her var det motsatt.
            {other} {a.inv}, så det var noe helt annet.""",
        "if": """Hadde det ikke vært for at {a.sub}, ville karakteren blitt en annen.
            Bare synd at {a.sub}.""",
    },
    verdicts=(
        """Styr unna.
        Rett og slett bortkastede penger.
        Aldri igjen.
        Jeg fraråder {thing} på det sterkeste.
        Det verste jeg har vært borti på lenge.
        Laveste karakter er nesten for mye.""",
        """Alt i alt ble det en skuffelse.
        Jeg ble mer irritert enn begeistret.
        Jeg kan ikke helt anbefale {thing}.
        Det er for mye som skurrer.
        Det finnes bedre alternativer.
        Enkelte lyspunkter redder ikke helheten.""",
        """Alt i alt helt greit.
        Ikke noe å juble over, men heller ikke noe å gråte for.
        Jeg er litt delt i synet på {thing}.
        Noe er bra, og noe er mindre bra.
        Det kunne vært bedre, og det kunne vært verre.
        Jeg angrer ikke, men jeg er ikke frelst heller.""",
        """Alt i alt er jeg godt fornøyd.
        Jeg anbefaler gjerne {thing}, selv om ikke alt sitter.
        Noen småting trekker ned, men helheten er god.
        Dette likte jeg.
        Verdt både tiden og pengene.
        Det er ikke mye som mangler på toppkarakter.""",
        """Dette er {a_thing} jeg kommer til å huske lenge.
        Jeg anbefaler {thing} til alle jeg kjenner.
        Full pott fra meg.
        Jeg har ingenting å utsette på {thing}.
        Bedre enn dette blir det neppe.
        Jeg kan ikke få rost {thing} nok.""",
    ),
    titles=(
        "Elendig; Styr unna; Aldri igjen; Verste på lenge",
        "Skuffende; Ikke helt bra; Ventet mer",
        "Greit nok; Helt ok; Middels; Både pluss og minus",
        "Bra; Godt fornøyd; Anbefales",
        "Strålende; Full pott; Anbefales på det varmeste; Fantastisk!",
    ),
    expected=(
        """Jeg ventet lite og fikk enda mindre.
        Jeg hadde gledet meg, men ble bare sint.
        Etter alle godordene trodde jeg at dette skulle være bra.""",
        """Jeg ventet mer etter alt skrytet.
        Forventningene var høye, og da ble fallet stort.
        Jeg hadde håpet på noe annet.
        Jeg så fram til dette, men satt igjen med en flau smak.""",
        """Det ble omtrent som ventet.
        Jeg visste ikke hva jeg skulle vente, og vet det knapt nå heller.
        Forventningene ble verken innfridd eller knust.""",
        """Jeg ventet ikke stort, men ble positivt overrasket.
        Jeg var skeptisk på forhånd, men det gikk fort over.
        Etter de dårlige omtalene fryktet jeg det verste, helt uten grunn.""",
        """Forventningene var høye, og de ble mer enn innfridd.
        Jeg trodde ikke det kunne bli så bra som alle sier, men det ble bedre.
        Det er lenge siden noe har overbevist meg slik.""",
    ),
    irony="""For et mesterverk, liksom.
        Gratulerer, bedre reklame for konkurrentene skal man lete lenge etter.
        Takk for ingenting.
        Strålende, akkurat det jeg trengte etter en lang dag.
        Helt fantastisk, hvis du liker å ergre deg.
        Imponerende hvordan det går an å få til så lite på så lang tid.
        Vel blåst, her er det virkelig tenkt på alt, bortsett fra på oss.
        Nydelig, da har jeg noe å fortelle i selskaper.""",
    slang=(
        "Æsj.; Makan!; Helt krise.; Fy søren, så dårlig.; Null poeng.",
        "Meh.; Nja.; Litt kjip greie.; Tja, nei.",
        "Jaja.; Sånn midt på treet, liksom.; Går an.; Helt innafor.",
        "Digg!; Funker bra.; Ganske rått, faktisk.; Kult.",
        "Sjukt bra!; Helt rått!; Wow!; Dødsbra.; Konge!",
    ),
    slots={
        "day": "i forrige uke; i vinter; i fjor høst; rett etter påske; i sommer; like før jul; en mandag morgen",
        "since": """i et halvt år; siden i sommer; hver eneste dag; i noen uker; på jobb; på bussen; i flere år
            på nettbrettet""",
        "who": """moren min; en kollega; naboen; samboeren min; søsteren min; en gammel venn; svigermor; sønnen min
            datteren min; en venninne; broren min; kona; mannen min""",
        "occasion": "jul; bursdagen; farsdagen; bryllupsdagen; eksamen; konfirmasjonen; 17. mai",
        "number": "to; tre; fire; fem; seks; sju; åtte; ni; ti; elleve; tolv",
        "region": """på Vestlandet; i Nord-Norge; på Helgeland; i Trøndelag; langs Mjøsa; ytterst på Sørlandet
            oppe i dalen; ved kysten; i Østfold; på Sunnmøre; innerst i fjorden; på en øy i havgapet""",
        "dish": """kveite; fiskesuppe; reinsdyrstek; lammeskank; en soppburger; torsk med bacon; kålruletter; blåskjell
            en vegetarrett; elggryte; klippfisk; kjøttkaker; sjokoladefondant; multekrem; en pizza med spekeskinke""",
        "goods": """et par fjellstøvler; en vinterjakke; en leselampe; et telt; sengetøy; en kaffekvern; to ullgensere
            en sykkelhjelm; en stekepanne; hagemøbler; et lekekjøkken; en regnfrakk; gardiner; et tastatur""",
    },
    typos={
        " å ": " og ", " veldig ": " veldi ", " ikke ": " ikk ", " selvfølgelig ": " selfølgelig ",
        " og ": " å ", " virkelig ": " virklig ", " egentlig ": " egentli ", "hyggelig": "hyggli", " noe ": " no ",
        "interess": "intress", " hva ": " va ", " nå ": " nåå ", "restaurant": "resturant", "skuffende": "skufende",
        " dessverre ": " desverre ", "Dessverre": "Desverre", "forferdelig": "forferdlig", "anbefale": "annbefale",
    },
)  # fmt: skip
