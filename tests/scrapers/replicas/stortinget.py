"""The Storting: its sessions, the transcripts of the current one in both layouts, and a hearing."""

import json
from typing import Any

from scrapers.sources.stortinget import BASE, stortinget

from ..conftest import Answer
from ..replica import Replica

UNKNOWN_DAY = "/Date(-62135596800000)/"


def session(key: str) -> dict[str, str]:
    """A session as the interface lists it."""
    return {
        "respons_dato_tid": "/Date(1790000000000+0200)/",
        "versjon": "1.6",
        "fra": "/Date(1759269600000+0200)/",
        "id": key,
        "til": "/Date(1790805599000+0200)/",
    }


def sessions(current: str, *others: str) -> Answer:
    """The answer to `sesjoner`: sessions that have not begun are among them."""
    listed = [session(key) for key in (*others, current)]
    return json_answer({"versjon": "1.6", "innevaerende_sesjon": session(current), "sesjoner_liste": listed})


def publications(days: dict[str, str], current: str = "2025-2026") -> Answer:
    """The answer to `publikasjoner`: transcripts with their days."""
    listed = [
        {
            "respons_dato_tid": "/Date(1790000000000+0200)/",
            "versjon": "1.6",
            "dato": day,
            "id": key,
            "publikasjonformat_liste": ["html", "xml"],
            "publikasjonsPdfer": None,
            "tilgjengelig_dato": "/Date(1790000000000+0200)/",
            "tittel": f"Referat Stortingsmøte {key}",
            "type": 10,
        }
        for key, day in days.items()
    ]
    return json_answer({"versjon": "1.6", "publikasjoner_liste": listed, "sesjon_id": current})


def json_answer(value: Any) -> Answer:
    """JSON as the interface sends it."""
    return Answer(json.dumps(value, ensure_ascii=False).encode(), kind="application/json; charset=utf-8")


def since_2016(key: str, cases: int) -> Answer:
    """A transcript in the layout of today: each case with a president's remark, a speech and two replies."""
    said = "".join(
        f'''
        <Sak Id="{key}-{n}" saksKartNr="{n}" sakID="9{n:04d}">
          <Sakshode><Saknr>Sak nr. {n}</Saknr>
            <Saktittel><A>Innstilling frå komiteen om <Uth Type="Kursiv">sak</Uth> {n}</A></Saktittel></Sakshode>
          <Presinnlegg Id="{key}-{n}-1"><A><Navn>Presidenten [10:0{n % 10}:01]:</Navn>
            Presidenten vil foreslå følgende taletid i sak {n}.</A></Presinnlegg>
          <Hovedinnlegg Id="{key}-{n}-2"><A><Navn personID="PRP">Prøve Prøvesen (A) [10:0{n % 10}:07]:</Navn>
            Takk, president. Sak {n} er viktig.</A>
            <A>Komiteen har delt seg, men et <Uth Type="Kursiv">klart</Uth> flertall er enig.</A></Hovedinnlegg>
          <Replikkordskifte>
            <Replikk Id="{key}-{n}-3"><A><Navn personID="TPT">Test Testesen (SV) [10:1{n % 10}:30]:</Navn>
              Eg er ikkje einig i det som vart sagt om sak {n}.</A></Replikk>
            <Replikk Id="{key}-{n}-4"><A><Navn personID="PRP">Prøve Prøvesen (A) [10:2{n % 10}:02]:</Navn>
              Det får representanten stå for.</A></Replikk>
          </Replikkordskifte>
        </Sak>'''
        for n in range(1, cases + 1)
    )
    return xml_answer(
        f"""<Forhandlinger Id="{key}-0" Status="Komplett"><Mote Id="{key}-m" moteID="10123">
<Startseksjon><Motestart><Tittel>Møte torsdag den 2. oktober 2025 kl. 10</Tittel>
<President personID="OLN_6271"><A>President: Ola Nordmann</A></President></Motestart></Startseksjon>
<Hovedseksjon><Saker>
{said}</Saker></Hovedseksjon></Mote></Forhandlinger>"""
    )


def until_2016(speeches: int) -> Answer:
    """A transcript in the older layout."""
    said = "".join(
        f"""
        <innlegg type="hovedinnlegg"><navn>Prøve Prøvesen (Sp) [10:00:{n:02d}]:</navn>
          <a>Innlegg {n}, første avsnitt.</a><a>Andre avsnitt.</a></innlegg>
        <presinnl><a>Neste taler er i sal {n}.</a></presinnl>"""
        for n in range(1, speeches + 1)
    )
    return xml_answer(
        f"""<forhandling><mote><formalia><dato>Møte torsdag den 13. februar 2014 kl. 10</dato>
<president>President: Ola Nordmann</president></formalia><saker><sak sakid="58920">
{said}<handling><a>Kari Nordmann hadde her overtatt presidentplassen.</a></handling>
</sak></saker></mote></forhandling>"""
    )


def xml_answer(body: str) -> Answer:
    """XML as the interface sends it."""
    return Answer(f'<?xml version="1.0" encoding="utf-8"?>\n{body}'.encode(), kind="text/xml; charset=utf-8")


def publication(key: str) -> str:
    """Where a transcript lies."""
    return f"{BASE}/publikasjon?publikasjonid={key}"


LIST = f"{BASE}/publikasjoner?publikasjontype=referat&sesjonid=2025-2026&format=json"
ANSWERS = {
    f"{BASE}/sesjoner?format=json": sessions("2025-2026", "2028-2029", "2026-2027"),
    LIST: publications(
        {
            "refs-202526-10-02": "/Date(1759356000000+0200)/",
            "refs-202526-10-03": "/Date(1759442400000+0200)/",
            "s140213": UNKNOWN_DAY,
        }
    ),
    publication("refs-202526-10-02"): since_2016("refs-202526-10-02", 7),
    publication("refs-202526-10-03"): since_2016("refs-202526-10-03", 3),
    publication("s140213"): until_2016(5),
}
REPLICAS = [Replica(source=stortinget, answers=ANSWERS, data=publication("refs-202526-10-02"), kept=28 + 12 + 10)]
