"""Talk of Norway: its table in the archive, with the annotations beside it."""

import csv
import io

from scrapers.sources.talk_of_norway import talk_of_norway

from ..conftest import Answer
from ..replica import Replica
from .leipzig import tar

# All of its columns, in their order, by Data.md.
COLUMNS = """
    id url_rep_id rep_id rep_first_name rep_last_name rep_name rep_from rep_to rep_type county list_number
    party_id party_name party_role party_seats cabinet_short cabinet_start cabinet_composition cabinet_end
    rep_gender rep_birth rep_death parl_period parl_size party_seats_lagting party_seats_odelsting com_member
    com_date com_role debate_reference case_id debate_title debate_subject debate_type proposition_id
    proposition_text document_group document_subject_short decision_short document_note case_source_id
    case_chair_id case_type decision_text question_number question_from_id question_to_id question_answered_by_id
    question_answered_by_ministry_id question_answered_by_minister_title subject_ids subject_names is_main_subject
    main_subject_id subject_committee_id subject_committee_name agenda_case_number agenda_case_reference
    agenda_case_text agenda_case_type agenda_number meeting_id procedure_id procedure_name procedure_stepnumber
    publication_export_id publication_link_text publication_link_url publication_type publication_undertype
    related_case_id related_case_type related_case_title_short keyword keywords language transcript order time
    session date title text
"""
HEADER = COLUMNS.split()


def speech(n: int) -> dict[str, str]:
    """The row of a speech; every fifth in nynorsk, every sixth the president's, who has no id."""
    nynorsk = n % 5 == 0
    text = (
        f'Eg takkar for ordet.\nSak {n} er viktig, sa komiteen: «Me må sjå på "heile" biletet.»'
        if nynorsk
        else f"Takk for ordet.\n\nSak {n} er viktig, sa komiteen, og det er den."
    )
    about = {"rep_name": "NA", "rep_id": "NA"} if n % 6 == 0 else {"rep_name": "Prøve Prøvesen", "rep_id": "PRP"}
    return about | {
        "id": f"tale{n:06d}",
        "text": text,
        "language": "nno" if nynorsk else "nob",
        "date": f"2001-{n % 12 + 1:02d}-17",
        "transcript": f"01{n % 12 + 1:02d}17",
        "debate_title": "NA" if n % 7 == 0 else f"Innstilling fra komiteen om sak {n // 4}",
        "title": "President" if n % 6 == 0 else "Representant",
        "session": "2000-2001",
    }


def table(*rows: dict[str, str]) -> str:
    """The speeches as R writes them: texts in quotes, which stand doubled within, NA for what is missing."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, HEADER, restval="NA", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().replace('"NA"', "NA")


def release(*rows: dict[str, str]) -> bytes:
    """The archive with these speeches."""
    annotations = {f"data/annotations/{row['id']}.tsv": "1\tTakk\ttakk\tsubst\tappell|ub|fl\n\n" for row in rows}
    return tar({"data/ton.csv": table(*rows)} | annotations)


REPLICAS = [
    Replica(
        source=talk_of_norway,
        answers={talk_of_norway.url: Answer(release(*map(speech, range(1, 61))))},
        data=talk_of_norway.url,
        kept=60,
    )
]
