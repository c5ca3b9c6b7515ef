"""Nynorsk for the demo site (a-infinitives, "blei", "vi"); the fields are explained in lexicon.py."""

from scrapers.demo_site.lexicon import Aspect, Language, Topic

BOOKS = Topic(
    copulas="er~verkar; er~verkar; var~verka",
    thing="boka; ho; ei bok",
    times="""i påskeferien; på hytta i haust; på toget til jobb; på stranda i juli; over ei langhelg i november
        mellom jul og nyttår; på to kveldar; seint på kvelden; medan ungane sov; ein regntung sundag""",
    others="i «{other}»",
    aspects=(
        Aspect(
            subjects="handlinga; historia; plottet:n; intrigen; forteljinga",
            good="spennande; original+; medrivande; gripande; truverdig*; =velkomponert/velkomponert/velkomponerte",
            fair="tradisjonell/tradisjonelt/tradisjonelle; oversiktleg*; !alminneleg*; !vanleg*",
            bad="""kjedeleg*; føreseieleg*; rotete; tynn/tynt/tynne; usannsynleg*; langdryg+
                =oppkonstruert/oppkonstruert/oppkonstruerte""",
            praise="""historia|grip||tak frå første side
                eg|blei||sitjande oppe halve natta for å lesa ferdig
                eg|klarte|ikkje|å leggja frå meg boka
                det|skjer|stadig|noko nytt som snur opp ned på alt
                trådane|blir||samla på ein elegant måte mot slutten""",
            shrug="""historia|gjer||jobben
                det|tek||litt tid før historia kjem i gang
                handlinga|går||stort sett som venta
                nokre av kapitla|fungerer||betre enn andre""",
            blame="""eg|gjetta||løysinga lenge før halvvegs
                historia|går||i ring i fleire hundre sider
                det|skjer|knapt|noko dei første hundre sidene
                eg|mista||tråden fleire gonger
                halvparten av kapitla|burde||vore strokne""",
        ),
        Aspect(
            subjects="personane:p; hovudpersonen; persongalleriet:n; karakterane:p; syskena i boka:p",
            good="levande; samansett/samansett/samansette; truverdig*; =godt teikna; varm+",
            fair="attkjenneleg*; !vanleg*; grei/greitt/greie",
            bad="flat/flatt/flate; !eindimensjonal+; usympatisk*; klisjéprega; uinteressant/uinteressant/uinteressante",
            praise="""eg|kom||verkeleg under huda på hovudpersonen
                eg|saknar|allereie|menneska i boka
                hovudpersonen|utviklar||seg på ein måte som kjennest ekte
                alle|får||si eiga stemme""",
            shrug="""eg|blei||sånn passe kjend med dei
                bipersonane|får||akkurat plass nok
                hovudpersonen|er||lett å lika og lett å gløyma""",
            blame="""eg|blei|aldri|nyfiken på korleis det gjekk med dei
                alle|snakkar||på same måten
                det|er|nesten|umogleg å halda personane frå kvarandre
                hovudpersonen|tek|stadig|val som ingen ville teke""",
        ),
        Aspect(
            subjects="språket:n; dialogen; omsetjinga; stilen; skrivemåten",
            good="poetisk*; frisk+; presis+; humoristisk*; levande; flytande",
            fair="enkel/enkelt/enkle; nøktern+; =rett fram",
            bad="tung+; klønete; oppstylta; masete; stiv+; slurvete",
            praise="""forfattaren|skriv||så det syng
                setningane|flyt||lett og naturleg
                eg|las||fleire avsnitt høgt berre for å høyra dei
                dialogen|sit||som eit skot""",
            shrug="""språket|står|ikkje|i vegen for historia
                stilen|er||den same som i dei førre bøkene
                det|er||litt ujamt skrive""",
            blame="""det|kryr||av skrivefeil
                eg|snubla||i dei lange setningane
                dei same orda|kjem||att på kvar einaste side
                omsetjinga|haltar||frå første kapittel""",
        ),
        Aspect(
            subjects="slutten; avslutninga; det siste kapitlet:n; oppløysinga",
            good="overraskande; sterk+; vakker/vakkert/vakre; tilfredsstillande; rørande",
            fair="open/ope/opne; roleg*; =som venta",
            bad="brå/brått/brå; søtladen/søtlade/søtladne; =lite truverdig*; skuffande; slapp/slapt/slappe",
            praise="""eg|sat||med tårer i auga til slutt
                alt|fell||på plass dei siste sidene
                slutten|gav||meg frysningar""",
            shrug="""nokre spørsmål|blir||hengande i lufta
                boka|sluttar||om lag der eg trudde
                slutten|lèt||lesaren velja sjølv""",
            blame="""slutten|kjem||som lyn frå klar himmel
                eg|sat||att med ei kjensle av å ha blitt lurt
                dei siste kapitla|verkar||skrivne i full fart""",
        ),
        Aspect(
            subjects="omslaget:n; utgåva; kartet bakarst:n; innbindinga",
            good="!nydeleg*; innbydande; forseggjord/forseggjort/forseggjorde; lekker/lekkert/lekre",
            fair="enkel/enkelt/enkle; nøytral+; grei/greitt/greie",
            bad="stygg/stygt/stygge; billeg*; intetseiande; slurvete; misvisande",
            praise="""boka|er||ei glede å halda i handa
                omslaget|passar||perfekt til innhaldet""",
            shrug="""omslaget|ser||ut som alle andre for tida
                skrifta|er||litt lita, men til å lesa""",
            blame="""sidene|losna||etter ei veke
                baksideteksten|røper||altfor mykje
                skrifta|er||så lita at eg fekk hovudverk""",
        ),
    ),
    verdicts=(
        """Eg gav opp etter to tredelar.
        Denne hamnar rett i papirinnsamlinga.
        Eg skjønar ikkje at noko forlag ville gje ut dette.""",
        """Eg kjem ikkje til å lesa meir av denne forfattaren med det første.
        Ideen er betre enn boka.
        Ho burde vore halvparten så lang.""",
        """Ei bok for toget, ikkje for æva.
        Eg las ho ut, men eg kjem ikkje til å lesa ho om att.
        Passar nok best for dei som allereie likar sjangeren.""",
        """Eg gler meg til neste bok i serien.
        Eit godt val for lesesirkelen.
        Denne låner eg gjerne bort.""",
        """Den beste leseopplevinga mi i år.
        Eg byrja på nytt med ein gong eg var ferdig.
        Denne kjem til å stå i hylla mi lenge.""",
    ),
    titles=(
        "Gav opp; Uleseleg; Bortkasta lesetid; Nei, nei, nei",
        "Venta meir; Tung å koma gjennom; God idé, svak bok",
        "Grei ferielesing; Ujamn; Midt på treet",
        "God bok; Verd å lesa; Likte ho godt",
        "Meisterleg; Boka i år; Les ho!; Klarte ikkje å leggja ho bort",
    ),
    stories="""Eg las {thing} {time}.
        Eg fekk ho av {who} til {occasion}.
        Vi las ho i lesesirkelen {time}.
        Eg høyrde ho først som lydbok {time}.
        Eg lånte ho på biblioteket etter tips frå {who}.
        Handlinga er lagd til ein liten stad {region} rett etter krigen.
        Boka handlar om to sysken som arvar eit hus {region}.
        Eg les vanlegvis mest krim, men {who} gav meg denne {time}.
        Ho er på {number} hundre sider, og eg las ho {time}.
        Forfattaren har tidlegare skrive om livet {region}.""",
)

RESTAURANTS = Topic(
    copulas="var~verka",
    thing="staden; han; ein stad",
    times="""sist fredag; ein tysdag i februar; på bryllaupsdagen vår; etter jobb ein torsdag; i går kveld
        på veg til kino; i sommarferien; laurdag kveld; midt i fellesferien; sundag ettermiddag""",
    others="på {other}; hos {other}",
    aspects=(
        Aspect(
            subjects="maten; fisken; hovudretten; kjøtet:n; rettane:p; grillmaten",
            good="""!nydeleg*; smakfull/smakfullt/smakfulle; fersk+; velsmakande; saftig*; spennande
                delikat/delikat/delikate""",
            fair="grei/greitt/greie; !vanleg*; mild+; enkel/enkelt/enkle",
            bad="""smaklaus+; lunka; tørr/tørt/tørre; feit/feitt/feite; salt/salt/salte; kjedeleg*
                !overkokt/overkokt/overkokte""",
            praise="""kjøtet|smelta||på tunga
                eg|slikka|nesten|tallerkenen
                råvarene|fekk||lov til å snakka for seg sjølve
                kvar einaste rett|var||ei overrasking
                vi|snakka||om desserten heile vegen heim""",
            shrug="""maten|smakte||om lag som heime
                vi|blei|i alle fall|mette
                forretten|var||betre enn hovudretten
                porsjonane|var||verken store eller små""",
            blame="""potetene|var||rå i midten
                halve porsjonen|blei||ståande att
                kjøtet|var||seigt som ein skosole
                eg|blei||dårleg same natta
                det|smakte||mest av frysaren""",
        ),
        Aspect(
            subjects="servitøren; betjeninga; servicen; personalet:n; kelnarane:p",
            good="""hyggeleg*; merksam/merksamt/merksame; kunnskapsrik+; blid+; imøtekomande
                profesjonell/profesjonelt/profesjonelle""",
            fair="høfleg*; korrekt/korrekt/korrekte; stille",
            bad="""sur+; uinteressert/uinteressert/uinteresserte; frekk/frekt/frekke; stressa; !fråverande
                arrogant/arrogant/arrogante""",
            praise="""vi|blei||tekne imot som gamle vener
                servitøren|hugsa||oss frå sist
                kelnaren|visste||alt om kvar einaste vin
                personalet|ordna||alt utan at vi måtte spørja""",
            shrug="""servitøren|tok||imot bestillinga og ikkje meir
                vi|fekk||det vi bad om
                nokre av dei|var||blidare enn andre""",
            blame="""vi|måtte||spørja tre gonger om vatn
                ingen|kom|nokon gong|tilbake til bordet vårt
                servitøren|himla||med auga då vi spurde om allergen
                dei|gløymde||halve bestillinga""",
        ),
        Aspect(
            subjects="prisen; rekninga; prisane:p; drikkeprisane:p; prisnivået:n",
            good="rimeleg*; hyggeleg*; rettferdig*; overkomeleg*",
            fair="!vanleg*; =som venta; !normal+",
            bad="stiv+; høg+; urimeleg*; drøy/drøytt/drøye; uforståeleg*",
            praise="""vi|fekk||mykje for pengane
                rekninga|blei||lågare enn vi hadde trudd
                det|var||verdt kvar krone""",
            shrug="""prisane|er||som andre stader i byen
                vi|betalte||om lag det vi hadde rekna med""",
            blame="""vi|betalte||over tusen kroner for to små rettar
                dei|tok||ekstra betalt for brødet
                det|stod|ikkje|i forhold til det vi fekk""",
        ),
        Aspect(
            subjects="lokalet:n; stemninga; atmosfæren; lydnivået:n; musikken; interiøret:n",
            good="koseleg*; avslappa; lun+; behageleg*; stilig*",
            fair="enkel/enkelt/enkle; nøytral+; !vanleg*",
            bad="bråkete; trong+; trekkfull/trekkfullt/trekkfulle; slitsam/slitsamt/slitsame; skiten/skite/skitne",
            praise="""utsikta|var||verd turen åleine
                vi|kunne||snakka saman utan å ropa
                bordet ved vindauget|var||ein draum""",
            shrug="""lokalet|har||sett sine beste dagar, men det var reint
                vi|sat||tett, slik ein gjer i byen""",
            blame="""vi|måtte||ropa for å høyra kvarandre
                det|lukta||steikeos i heile lokalet
                bordet|vippa||heile kvelden
                det|trekte||kaldt frå døra""",
        ),
        Aspect(
            subjects="serveringa; tempoet på kjøkenet:n; bordbestillinga; avviklinga",
            good="smidig*; effektiv+; rask+; !problemfri/problemfritt/problemfrie",
            fair="!akseptabel/akseptabelt/akseptable; !normal+; =passe",
            bad="somlete; treg+; langsam/langsamt/langsame; kaotisk*",
            praise="""maten|kom||på bordet før vi rakk å bli utolmodige
                alt|gjekk||på skjener frå vi kom inn døra""",
            shrug="""det|tok||ein halvtime før maten kom
                vi|venta||litt, men ikkje lenge""",
            blame="""vi|venta||halvannan time på hovudretten
                bordet vårt|var||gjeve bort då vi kom
                nabobordet|fekk||maten lenge før oss, endå dei kom sist""",
        ),
    ),
    verdicts=(
        """Hit set eg aldri beina mine meir.
        Vi gjekk rett på pølsebua etterpå.
        Mattilsynet burde ta ein tur.""",
        """Vi prøver nok ein annan stad neste gong.
        Kjøkenet har ein lang veg å gå.
        Det blei ei dyr skuffelse.""",
        """Greitt om du likevel er i nærleiken.
        Vi blei mette, men ikkje begeistra.
        Heilt på det jamne.""",
        """Vi kjem gjerne att.
        Eit trygt val når du har gjester.
        Ein hyggeleg kveld blei det.""",
        """Det beste bordet i byen, spør du meg.
        Vi har alt bestilt bord på nytt.
        Slike stader skulle det vore fleire av.""",
    ),
    titles=(
        "Aldri meir; Matforgifting?; Skandaløst; Gå ein annan stad",
        "Skuffa; Dyrt og dårleg; Ikkje verdt prisen",
        "Heilt greitt; Både og; På det jamne",
        "God mat; Hyggeleg kveld; Vi kjem att",
        "Fantastisk kveld; Best i byen; Toppklasse; Nydeleg!",
    ),
    stories="""Vi var {number} stykke som åt her {time}.
        Vi feira {occasion} her.
        Eg var innom åleine {time}.
        Vi bestilte bord på nettet og kom {time}.
        Eg valde {dish}, og {who} tok {dish2}.
        Vi delte {dish} og {dish2}.
        {time} var eg her saman med {who}.
        Staden ligg like ved torget, og vi gjekk innom {time}.
        {who} hadde lyst på {dish}, så vi drog hit {time}.
        Vi bur {region} og er ikkje så ofte i byen.""",
)

DOCTORS = Topic(
    copulas="er~verkar; var~verka",
    thing="legekontoret; det; eit legekontor",
    times="""i førre veke; i vinter; etter at vi flytta hit; då sonen min hadde feber; i fjor haust
        for tredje gong i år; rett etter påske; med ei vond skulder; til ein årleg kontroll; då fastlegen min slutta""",
    others="på {other}; hos {other}",
    aspects=(
        Aspect(
            subjects="ventetida; køen; ventinga; tida på venterommet",
            good="kort/kort/korte; overkomeleg*; føreseieleg*; !ubetydeleg*",
            fair="!akseptabel/akseptabelt/akseptable; =som andre stader; !normal+",
            bad="lang+; !uhaldbar+; uviss/uvisst/uvisse; !uakseptabel/uakseptabelt/uakseptable; !endelaus+",
            praise="""eg|kom||inn på minuttet
                eg|fekk||time allereie same dagen
                eg|rakk|ikkje|å setja meg før eg blei ropt opp""",
            shrug="""eg|venta||eit kvarter, som vanleg
                det|tek||ei veke eller to å få time
                dei|er||litt forseinka utpå dagen""",
            blame="""eg|sat||i to timar på venterommet
                eg|måtte||venta i fem veker på ein time
                ingen|sa||frå om at dei var forseinka
                timen|blei||avlyst same morgonen""",
        ),
        Aspect(
            subjects="legane:p; vikaren; dei tilsette:p; turnuslegen; sjukepleiarane:p",
            good="""grundig*; omsorgsfull/omsorgsfullt/omsorgsfulle; tolmodig*
                forståingsfull/forståingsfullt/forståingsfulle""",
            fair="sakleg*; korrekt/korrekt/korrekte; kortfatta",
            bad="avvisande; overflatisk*; nedlatande; stressa",
            praise="""eg|blei||teken på alvor frå første stund
                legen|tok||seg tid til alle spørsmåla mine
                dei|forklarte||alt på ein måte eg forstod
                eg|kjende||meg høyrd""",
            shrug="""legen|svarte||på det eg spurde om
                det|gjekk||litt fort, men eg fekk resepten
                nokre av legane|er||flinkare til å lytta enn andre""",
            blame="""legen|såg||meir på skjermen enn på meg
                eg|blei||avbroten heile tida
                eg|blei||send heim med beskjed om å ta det med ro
                ingen|undersøkte||det eg kom for""",
        ),
        Aspect(
            subjects="telefonen; timebestillinga; resepsjonen; skranken; nettportalen",
            good="effektiv+; hjelpsam/hjelpsamt/hjelpsame; venleg*; =enkel å bruka/enkelt å bruka/enkle å bruka",
            fair="grei/greitt/greie; =litt gammaldags; =til å leva med",
            bad="treg+; uvenleg*; !håplaus+; kaotisk*; !umogleg*",
            praise="""dei|svarar|alltid|etter få ringjetonar
                resepsjonen|ordna||alt medan eg venta
                eg|får|alltid|svar på meldingar same dagen""",
            shrug="""det|er||lettare å senda melding enn å ringja
                telefonen|er||open nokre timar om dagen
                skranken|var||betent det meste av tida""",
            blame="""ingen|tek|nokon gong|telefonen
                eg|stod||i telefonkø i førti minutt
                dama i skranken|ropte||opp plagene mine framfor alle
                meldingane mine|får|aldri|noko svar""",
        ),
        Aspect(
            subjects="oppfølginga; utgreiinga; behandlinga; journalføringa; informasjonen",
            good="god/godt/gode; tett/tett/tette; trygg/trygt/trygge; ryddig*; grundig*",
            fair="grei/greitt/greie; rutineprega; !tilstrekkeleg*",
            bad="mangelfull/mangelfullt/mangelfulle; tilfeldig*; rotete; !fråverande; slurvete",
            praise="""dei|ringde||meg dagen etter for å høyra korleis det gjekk
                tilvisinga|blei||send same ettermiddagen
                prøvesvara|kom||raskt og med ei god forklaring""",
            shrug="""prøvesvara|kom||etter ei stund
                eg|måtte||minna dei på tilvisinga éin gong""",
            blame="""prøvene mine|blei||borte
                tilvisinga|blei|aldri|send
                eg|fekk||feil resept to gonger
                eg|måtte||forklara alt på nytt for kvar nye vikar""",
        ),
        Aspect(
            subjects="venterommet:n; lokala:p; inngangen; parkeringa",
            good="lys+; rein+; romsleg*; innbydande",
            fair="enkel/enkelt/enkle; nøktern+; =litt sliten/litt slite/litt slitne",
            bad="trong+; skiten/skite/skitne; mørk+; upraktisk*",
            praise="""det|er||god plass til både barnevogn og rullestol
                det|er|alltid|ledig parkering rett utanfor""",
            shrug="""venterommet|er||som venterom flest
                kontoret|ligg||i andre høgda, men det er heis""",
            blame="""alle|kan||høyra det som blir sagt i skranken
                heisen|har||vore ute av drift i månadsvis""",
        ),
    ),
    verdicts=(
        """Eg har bede om å få byta fastlege.
        Her får du berre hjelp om du er frisk.
        Eg kjem til å klaga til kommunen.""",
        """Eg vurderer å byta.
        Det held dessverre ikkje.
        Eg hadde trudd at helsehjelp var noko anna.""",
        """Eg blir verande, for det finst ikkje så mange andre.
        Det varierer kven du møter.
        Det fungerer når det ikkje hastar.""",
        """Eg er trygg på at eg får hjelp her.
        Eg blir gjerne verande som pasient.
        Stort sett veldig nøgd med kontoret.""",
        """Eg er glad for at eg bytte hit.
        Slik burde alle legekontor vera.
        Tusen takk til alle som jobbar her.""",
    ),
    titles=(
        "Katastrofe; Byter lege; Ikkje sjuk nok?; Håplaust",
        "Blei ikkje høyrd; Skuffande; For lang ventetid",
        "Varierande; Heilt ok; Som legekontor flest",
        "Nøgd; Gode legar; Trygt",
        "Endeleg nokon som lyttar; Kan tilrådast!; Best i byen",
    ),
    stories="""Eg var her {time}.
        Eg har høyrt til dette kontoret i {number} år.
        Eg måtte ta blodprøver {day}.
        Eg kom hit {day} etter råd frå {who}.
        {who} går også her.
        Kontoret flytta til nye lokale for {number} år sidan.
        Eg trong ein attest til jobben.
        Vi var innom legevakta først og blei sende hit {day}.
        Det jobbar {number} legar her, så vidt eg veit.""",
)

APPS = Topic(
    copulas="er~verkar",
    thing="appen; han; ein app",
    times="""i sommar; i fjor haust; då eg bytte telefon; rett etter siste oppdatering; for eit halvt år sidan
        før ferien""",
    others="i {other}; på {other}",
    aspects=(
        Aspect(
            subjects="appen; den siste versjonen; oppdateringa; startskjermen; synkroniseringa",
            good="stabil+; rask+; solid+; påliteleg*; lettdriven/lettdrive/lettdrivne",
            fair="brukande; grei/greitt/greie; =litt treg/litt tregt/litt trege",
            bad="ustabil+; treg+; upåliteleg*; !ubrukeleg*; =full av feil",
            praise="""appen|har|aldri|krasja hos meg
                alt|verkar||som det skal, sjølv utan dekning
                appen|startar||på eit blunk
                dei|rettar||feil nesten før eg får meldt dei""",
            shrug="""appen|hengjer||seg av og til, men kjem i gang att
                appen|gjer||det han skal og ikkje meir
                det|er||nokre småfeil her og der""",
            blame="""appen|krasjar||kvar gong eg opnar han
                eg|får|berre|ein kvit skjerm
                alt eg hadde lagra|forsvann||over natta
                appen|frys||midt i det eg held på med""",
        ),
        Aspect(
            subjects="reklamen; annonsane:p; betalingsmodellen; abonnementet:n; prisen",
            good="diskret/diskret/diskrete; rimeleg*; =til å leva med; rettferdig*",
            fair="=som venta; !vanleg*; merkbar+",
            bad="påtrengjande; frekk/frekt/frekke; masete; dyr+; !uforskamma",
            praise="""eg|har||sloppe reklame heilt sidan starten
                gratisutgåva|held||lenge for meg
                eg|betaler||gjerne for dette""",
            shrug="""det|er||litt reklame, men ho lèt seg lukka
                nokre funksjonar|kostar||ekstra""",
            blame="""det|sprett||opp reklame for kvart trykk
                eg|blei||trekt for eit heilt år utan varsel
                alt som før var gratis|kostar||no pengar
                det|er|nesten|umogleg å seia opp abonnementet""",
        ),
        Aspect(
            subjects="batteribruken; straumforbruket:n; lagringa; databruken",
            good="låg+; beskjeden/beskjede/beskjedne; fornuftig*",
            fair="!normal+; =som i andre appar",
            bad="høg+; !vanvettig*; uforklarleg*",
            praise="""batteriet|varer||heile dagen sjølv om appen står på
                appen|tek|nesten ikkje|plass på telefonen""",
            shrug="""appen|bruker||litt straum, slik alle kart gjer""",
            blame="""batteriet|er||tomt før lunsj
                telefonen|blir||gloande varm
                appen|et||opp heile datakvoten""",
        ),
        Aspect(
            subjects="innlogginga; registreringa; brukarkontoen; tryggleiken",
            good="enkel/enkelt/enkle; smidig*; trygg/trygt/trygge; kjapp/kjapt/kjappe",
            fair="grei/greitt/greie; =litt omstendeleg/litt omstendeleg/litt omstendelege",
            bad="tungvinn/tungvint/tungvinne; !håplaus+; plagsam/plagsamt/plagsame; forvirrande",
            praise="""eg|loggar||inn med fingeren på eit sekund
                eg|var||i gang på under eitt minutt""",
            shrug="""eg|må||logga inn på nytt ein gong i månaden""",
            blame="""eg|blir||kasta ut kvar einaste dag
                koden på SMS|kjem|aldri|fram
                eg|må||laga nytt passord kvar gong""",
        ),
        Aspect(
            subjects="utsjånaden; menyane:p; designet:n; brukargrensesnittet:n; søket:n",
            good="oversiktleg*; pen/pent/pene; intuitiv+; gjennomtenkt/gjennomtenkt/gjennomtenkte; ryddig*",
            fair="enkel/enkelt/enkle; =litt gammaldags; nøktern+",
            bad="rotete; uoversiktleg*; stygg/stygt/stygge; ulogisk*; tungvinn/tungvint/tungvinne",
            praise="""sjølv bestefar|fann||fram utan hjelp
                eg|finn||alt med to trykk
                mørk modus|er||ei velsigning for auga""",
            shrug="""det|tek||litt tid å bli kjend med menyane
                utsjånaden|er||den same som før""",
            blame="""eg|finn|aldri|det eg leitar etter
                knappane|er||så små at eg bommar heile tida
                alt|er||flytta rundt utan grunn""",
        ),
        Aspect(
            subjects="brukarstøtta; hjelpa; kundeservicen; dialogen med utviklarane",
            good="""rask+; hyggeleg*; =løysingsorientert/løysingsorientert/løysingsorienterte
                hjelpsam/hjelpsamt/hjelpsame""",
            fair="høfleg*; =litt sein/litt seint/litt seine; =standard",
            bad="!ikkje-eksisterande; arrogant/arrogant/arrogante; treg+; robotaktig*",
            praise="""eg|fekk||svar frå utviklarane innan ein time
                dei|lyttar|faktisk|til brukarane""",
            shrug="""eg|fekk||eit standardsvar etter nokre dagar""",
            blame="""eg|har||sendt fire meldingar utan å få svar
                dei|svarar|berre|med ferdigskrivne frasar""",
        ),
    ),
    verdicts=(
        """Avinstallert.
        No er han sletta frå telefonen min.
        Null stjerner om det hadde gått an.""",
        """Før var dette ein god app.
        Eg leitar etter eit alternativ.
        Fiks dette, så skal eg gje fleire stjerner.""",
        """Tre stjerner inntil vidare.
        Han duger, men meir er det ikkje å seia.
        Har potensial, men er ikkje heilt i mål.""",
        """Stort sett ein fin app.
        Fire stjerner, den femte kjem når det siste er på plass.
        Eg bruker han kvar dag og er nøgd.""",
        """Fem stjerner!
        Eg kan ikkje tenkja meg kvardagen utan.
        Den beste av alle eg har prøvd.""",
    ),
    titles=("", "", "", "", ""),
    stories="""Eg har brukt {thing} {since}.
        Eg lasta han ned {time}.
        {who} tipsa meg om han {time}.
        Vi er {number} i familien som bruker han.
        Eg bruker han mest når eg er {region}.
        Telefonen min er {number} år gammal.
        Eg har prøvd {number} andre appar av same slaget.
        På jobben fekk vi beskjed om å bruka han {time}.""",
)

WEB = Topic(
    copulas="er~verkar; var~verka; var~verka",
    thing="nettbutikken; han; ein nettbutikk",
    times="""før jul; i førre veke; på sal i januar; til konfirmasjonen; i sommar; seint ein sundagskveld
        for andre gong; då den gamle gjekk i stykke; rett før ferien; i mai""",
    others="hos {other}",
    aspects=(
        Aspect(
            subjects="leveringa; sendinga; frakta; leveringstida; sporinga",
            good="rask+; punktleg*; !problemfri/problemfritt/problemfrie; !lynrask+",
            fair="!normal+; =som lova; grei/greitt/greie",
            bad="treg+; upåliteleg*; dyr+; kaotisk*; forseinka",
            praise="""pakken|låg||i postkassen dagen etter
                varene|kom||to dagar før dei hadde lova
                eg|fekk||melding om alt undervegs""",
            shrug="""pakken|kom||etter ei god veke
                leveringa|tok||den tida dei hadde sagt
                eg|måtte||henta pakken sjølv, men det var ikkje langt""",
            blame="""pakken|kom|aldri|fram
                eg|venta||i seks veker på noko som skulle vera på lager
                sporinga|viste||ingenting på fjorten dagar
                pakken|blei||levert hos feil nabo""",
        ),
        Aspect(
            subjects="kundeservicen; praten på nett; hjelpa; kundebehandlaren; svara frå dei:p",
            good="hjelpsam/hjelpsamt/hjelpsame; venleg*; effektiv+; kunnskapsrik+; raus+",
            fair="høfleg*; korrekt/korrekt/korrekte; =litt standardisert/litt standardisert/litt standardiserte",
            bad="!uforskamma; treg+; avvisande; =umogleg å få tak i/umogleg å få tak i/umoglege å få tak i",
            praise="""eg|fekk||ny vare tilsend utan diskusjon
                nokon|svarte||på meldinga med éin gong
                dei|ordna||returen på fem minutt""",
            shrug="""eg|fekk||svar til slutt
                dei|orsaka||og viste til vilkåra""",
            blame="""ingen|svarar||på e-post
                eg|blei||sett over fire gonger
                dei|nektar||å betala tilbake pengane
                praten på nett|er||berre ein robot som tek opp att det same""",
        ),
        Aspect(
            subjects="utvalet:n; prisane:p; tilboda:p; sortimentet:n",
            good="imponerande; variert/variert/varierte; gunstig*; =oppdatert/oppdatert/oppdaterte",
            fair="!vanleg*; =avgrensa; grei/greitt/greie",
            bad="misvisande; dårleg*; skuffande; !utdatert/utdatert/utdaterte",
            praise="""eg|fann||akkurat det eg hadde leita etter i årevis
                ingen andre|har||så mykje å velja mellom
                prisen|var||den lågaste eg fann""",
            shrug="""dei|har||det same som alle andre
                noko|er||billegare her, og noko er dyrare""",
            blame="""halvparten av varene|er||utselde
                rabatten|gjaldt|ikkje|i kassen likevel
                prisen|steig||medan vara låg i handlekorga""",
        ),
        Aspect(
            subjects="vara; kvaliteten; skorne:p; jakka; lampa; emballasjen; stoffet:n",
            good="solid+; forseggjord/forseggjort/forseggjorde; god/godt/gode; haldbar+; !nydeleg*",
            fair="grei/greitt/greie; =som venta; enkel/enkelt/enkle",
            bad="skral+; dårleg*; !defekt/defekt/defekte; tynn/tynt/tynne; !øydelagd/øydelagt/øydelagde",
            praise="""vara|ser||endå betre ut enn på biletet
                alt|var||pakka inn med omhug
                storleiken|stemte||på centimeteren""",
            shrug="""fargen|var||litt annleis enn på biletet
                vara|gjer||nytten så lenge det varer""",
            blame="""glidelåsen|rauk||første dagen
                det|mangla||delar i øskja
                eg|fekk||noko heilt anna enn det eg bestilte
                fargen|gjekk||ut i første vask""",
        ),
        Aspect(
            subjects="nettsida; kassen; betalinga; returordninga; handlekorga",
            good="oversiktleg*; enkel/enkelt/enkle; trygg/trygt/trygge; smidig*; ryddig*",
            fair="grei/greitt/greie; =litt gammaldags; !vanleg*",
            bad="forvirrande; tungvinn/tungvint/tungvinne; =full av feil; rotete; !utrygg/utrygt/utrygge",
            praise="""eg|var||ferdig i kassen på eitt minutt
                returen|gjekk||heilt av seg sjølv""",
            shrug="""eg|måtte||leita litt etter storleikane
                sida|ser||gammal ut, men verkar""",
            blame="""sida|logga||meg ut midt i betalinga
                summen|blei||trekt to gonger
                eg|måtte||betala returen sjølv""",
        ),
    ),
    verdicts=(
        """Her blir det aldri handla meir.
        Dette grensar til svindel.
        Eg har meldt saka til Forbrukarrådet.""",
        """Neste gong går eg i ein vanleg butikk.
        Eg handlar nok ein annan stad heretter.
        Billeg blei dyrt denne gongen.""",
        """Greitt nok, men eg samanliknar prisar først neste gong.
        Inga stor oppleving, men eg fekk det eg betalte for.
        Ein heilt gjennomsnittleg handel.""",
        """Eg handlar gjerne her att.
        Ein ryddig butikk å halda seg til.
        Godt nøgd med kjøpet.""",
        """Den beste nettbutikken eg har handla i.
        No handlar eg ikkje andre stader.
        Slik skal det gjerast!""",
    ),
    titles=(
        "Svindel?; Hald dykk unna; Pakken kom aldri; Elendig",
        "Mykje trøbbel; Skuffa kunde; Dårleg kvalitet",
        "Heilt grei handel; Ok; Varierande",
        "Nøgd; Bra butikk; Rask levering",
        "Supert!; Best på nett; Imponert; Kan tilrådast",
    ),
    stories="""Eg bestilte {goods} {time}.
        Eg handla {goods} til {who} {time}.
        Vi bur {region}, så vi handlar det meste på nett.
        Eg kjøpte {goods} og {goods2} {time}.
        {who} rådde meg til å prøva her {time}.
        Bestillinga mi var på {number} varer.
        Det var første gongen eg handla her.
        Eg trong {goods} til {occasion}.""",
)

LANGUAGE = Language(
    code="nn",
    plural="e",
    verb_second=True,
    topics={"books": BOOKS, "restaurants": RESTAURANTS, "doctors": DOCTORS, "apps": APPS, "web": WEB},
    general={
        "good": "god/godt/gode; bra; fin+; !fantastisk*; !strålande; !framifrå; imponerande; flott/flott/flotte",
        "fair": "grei/greitt/greie; =ok; =passe bra; =gjennomsnittleg*; ujamn+; =middels",
        "bad": "dårleg*; svak+; !elendig*; !forferdeleg*; skuffande; irriterande; !håplaus+; =under all kritikk",
    },
    very={
        "good": "veldig; svært; verkeleg; utruleg; skikkeleg; overraskande; uvanleg",
        "fair": "ganske; heilt; nokså; sånn passe",
        "bad": "veldig; svært; ganske; utruleg; altfor; merkverdig; skikkeleg",
    },
    utterly="heilt; rett og slett; fullstendig; aldeles",
    negations={
        "good": "ikkje|særleg; ikkje|spesielt; ikkje|så veldig; ikkje|akkurat; aldri|særleg",
        "fair": "ikkje|meir enn; ikkje|heilt",
        "bad": "slett ikkje|; ikkje|det minste; på ingen måte|; ikkje|i nærleiken av å vera",
    },
    turns="langt frå; alt anna enn; langt ifrå",
    hedges={
        "good": "heldigvis; faktisk; absolutt; utan tvil; som alltid",
        "fair": "nok; kanskje; vel; eigentleg; stort sett",
        "bad": "dessverre; rett og slett; nok; etter mitt syn; framleis",
    },
    frames={
        "plain": "{a.main}.",
        "opinion": """Eg synest {a.sub}.
            Eg må seia at {a.sub}.
            Etter mi meining {a.inv}.
            Det er ingen tvil om at {a.sub}.
            For meg {a.inv}.
            Eg la også merke til at {a.sub}.""",
        "good": """Heldigvis {a.inv}.
            Det beste er at {a.sub}.
            Det gledde meg at {a.sub}.
            Eg set stor pris på at {a.sub}.
            Og ikkje minst: {a.main}.""",
        "fair": """Alt i alt {a.inv}.
            Eg vil seia at {a.sub}.
            Kanskje er det berre meg, men {a.main}.""",
        "bad": """Dessverre {a.inv}.
            Det verste er at {a.sub}.
            Det irriterte meg at {a.sub}.
            Kva hjelper all verdas skryt når {a.sub}?""",
        "pair": """{a.main}, og {b.main}.
            {a.main}. I tillegg {b.inv}.
            {a.main}, og dessutan {b.inv}.
            {a.main}. Dessutan {b.inv}.""",
        "contrast": """Sjølv om {a.sub}, {b.inv}.
            {a.main}, men {b.main}.
            {a.main}. Likevel {b.inv}.
            Rett nok {a.inv}, men {b.main}.
            Det stemmer at {a.sub}, men {b.main}.
            Trass i at {a.sub}, {b.inv}.
            {b.main}, sjølv om {a.sub}.
            {b.main}, endå {a.sub}.""",
        "up": """Det gjer ingenting at {a.sub} når {b.sub}.
            Eg kan leva med at {a.sub}, for {b.main}.
            At {a.sub}, gløymde eg fort, for {b.main}.""",
        "down": """Det hjelper lite at {a.sub} når {b.sub}.
            At {a.sub}, veg ikkje opp for at {b.sub}.
            Kva har eg att for at {a.sub} når {b.sub}?""",
        "wish": """Eg skulle ønskja eg kunne seia at {a.sub}.
            Hadde det berre vore sant at {a.sub}.""",
        "flip": """Andre skriv at {a.sub}, men det er eg slett ikkje samd i.
            Eg hadde høyrt at {a.sub}, men det stemte ikkje.
            Ingen kan påstå at {a.sub}.
            Det er ikkje sant at {a.sub}, slik nokon hevdar her.
            Kvar har folk det frå at {a.sub}?
            Eg kjenner meg ikkje att i at {a.sub}.""",
        "other": """{other} {a.inv}, men slik er det ikkje her.
            {other} {a.inv}, og skilnaden er til å ta og kjenna på.
            Sist, {other}, opplevde eg at {a.sub}; her var det motsett.
            {other} {a.inv}, så det var noko heilt anna.""",
        "if": """Hadde det ikkje vore for at {a.sub}, ville karakteren blitt ein annan.
            Berre synd at {a.sub}.""",
    },
    verdicts=(
        """Styr unna.
        Rett og slett bortkasta pengar.
        Aldri meir.
        Eg rår alle ifrå {thing}.
        Det verste eg har vore borti på lenge.
        Lågaste karakter er nesten for mykje.""",
        """Alt i alt blei det ei skuffelse.
        Eg blei meir irritert enn begeistra.
        Eg kan ikkje heilt tilrå {thing}.
        Det er for mykje som skurrar.
        Det finst betre alternativ.
        Enkelte lyspunkt bergar ikkje heilskapen.""",
        """Alt i alt heilt greitt.
        Ikkje noko å jubla over, men heller ikkje noko å gråta for.
        Eg er litt delt i synet på {thing}.
        Noko er bra, og noko er mindre bra.
        Det kunne vore betre, og det kunne vore verre.
        Eg angrar ikkje, men eg er ikkje frelst heller.""",
        """Alt i alt er eg godt nøgd.
        Eg tilrår gjerne {thing}, sjølv om ikkje alt sit.
        Nokre småting trekkjer ned, men heilskapen er god.
        Dette likte eg.
        Verdt både tida og pengane.
        Det er ikkje mykje som manglar på toppkarakter.""",
        """Dette er {a_thing} eg kjem til å hugsa lenge.
        Eg tilrår {thing} til alle eg kjenner.
        Full pott frå meg.
        Eg har ingenting å utsetja på {thing}.
        Betre enn dette blir det neppe.
        Eg kan ikkje få rost {thing} nok.""",
    ),
    titles=(
        "Elendig; Styr unna; Aldri meir; Det verste på lenge",
        "Skuffande; Ikkje heilt bra; Venta meir",
        "Greitt nok; Heilt ok; Middels; Både pluss og minus",
        "Bra; Godt nøgd; Kan tilrådast",
        "Strålande; Full pott; Kan tilrådast på det varmaste; Fantastisk!",
    ),
    expected=(
        """Eg venta lite og fekk endå mindre.
        Eg hadde gledd meg, men blei berre sint.
        Etter alle godorda trudde eg at dette skulle vera bra.""",
        """Eg venta meir etter alt skrytet.
        Forventningane var høge, og då blei fallet stort.
        Eg hadde håpa på noko anna.
        Eg såg fram til dette, men sat att med ein flau smak.""",
        """Det blei om lag som venta.
        Eg visste ikkje kva eg skulle venta, og veit det knapt no heller.
        Forventningane blei verken innfridde eller knuste.""",
        """Eg venta ikkje stort, men blei positivt overraska.
        Eg var skeptisk på førehand, men det gjekk fort over.
        Etter dei dårlege omtalane frykta eg det verste, heilt utan grunn.""",
        """Forventningane var høge, og dei blei meir enn innfridde.
        Eg trudde ikkje det kunne bli så bra som alle seier, men det blei betre.
        Det er lenge sidan noko har overtydd meg slik.""",
    ),
    irony="""For eit meisterverk, liksom.
        Gratulerer, betre reklame for konkurrentane skal ein leita lenge etter.
        Takk for ingenting.
        Strålande, akkurat det eg trong etter ein lang dag.
        Heilt fantastisk, om du likar å ergra deg.
        Imponerande korleis det går an å få til så lite på så lang tid.
        Godt gjort, her er det verkeleg tenkt på alt, bortsett frå på oss.
        Nydeleg, då har eg noko å fortelja i selskap.""",
    slang=(
        "Æsj.; Makan!; Heilt krise.; Fy søren, så dårleg.; Null poeng.",
        "Meh.; Nja.; Litt kjipe greier.; Tja, nei.",
        "Jaja.; Sånn midt på treet, liksom.; Går an.; Heilt innafor.",
        "Digg!; Funkar bra.; Ganske rått, faktisk.; Kult.",
        "Sjukt bra!; Heilt rått!; Wow!; Dødsbra.; Konge!",
    ),
    slots={
        "day": "i førre veke; i vinter; i fjor haust; rett etter påske; i sommar; like før jul; ein måndag morgon",
        "since": """i eit halvt år; sidan i sommar; kvar einaste dag; i nokre veker; på jobb; på bussen
            i fleire år; på nettbrettet""",
        "who": """mor mi; ein kollega; naboen; sambuaren min; syster mi; ein gammal ven; svigermor; sonen min
            dotter mi; ei veninne; bror min; kona; mannen min""",
        "occasion": "jul; bursdagen; farsdagen; bryllaupsdagen; eksamen; konfirmasjonen; 17. mai",
        "number": "to; tre; fire; fem; seks; sju; åtte; ni; ti; elleve; tolv",
        "region": """på Vestlandet; i Nord-Noreg; på Helgeland; i Trøndelag; langs Mjøsa; ytst på Sørlandet
            oppe i dalen; ved kysten; i Sogn; på Sunnmøre; inst i fjorden; på ei øy i havgapet""",
        "dish": """kveite; fiskesuppe; reinsdyrsteik; lammeskank; ein soppburgar; torsk med bacon; kålrulettar; blåskjel
            ein vegetarrett; elggryte; klippfisk; kjøtkaker; sjokoladefondant; moltekrem; ein pizza med spekeskinke""",
        "goods": """eit par fjellstøvlar; ei vinterjakke; ei leselampe; eit telt; sengetøy; ei kaffikvern
            to ullgenserar
            ein sykkelhjelm; ei steikepanne; hagemøblar; eit leikekjøken; ein regnfrakk; gardiner; eit tastatur""",
    },
    typos={
        " å ": " og ", " veldig ": " veldi ", " ikkje ": " ikkji ", " sjølvsagt ": " sjølsagt ",
        " og ": " å ", " verkeleg ": " verkelig ", " eigentleg ": " eigentli ", "hyggeleg": "hyggli",
        " noko ": " noke ",
        "interess": "intress", " mykje ": " mye ", " berre ": " bære ", "restaurant": "resturant",
        "skuffande": "skufande",
        " dessverre ": " desverre ", "Dessverre": "Desverre", "forferdeleg": "forferdelig", " tilrår ": " tilråer ",
    },
)  # fmt: skip
