"""What the patient-data guard finds in a text, what it leaves alone, and how well it does on the texts it is measured on."""

import random
import time

import pytest

from benchmarks import guard
from helpdesk.cases import patient_data
from helpdesk.cases.patient_data import PassageKind

LONGEST_TEXT = 5_000  # characters, of a description
SLOWEST = 0.5  # seconds for such a text, on a busy machine; a tenth of it is usual

FOUND = {
    "SSN 412-55-9083, please merge": ("412-55-9083", PassageKind.SSN),
    "her social is 412559083": ("412559083", PassageKind.SSN),
    "Mi seguro social es 412 55 9083": ("412 55 9083", PassageKind.SSN),
    "the person in row 14: 412-55-9083": ("412-55-9083", PassageKind.SSN),
    "old Medicare claim number 412-55-9083A": ("412-55-9083A", PassageKind.SSN),
    "Medicare 1eg4te5mk74 is refused": ("1eg4te5mk74", PassageKind.MEDICARE),
    "MBI: 1EG4-TE5-MK74": ("1EG4-TE5-MK74", PassageKind.MEDICARE),
    "DOB 3/4/56": ("3/4/56", PassageKind.BIRTH_DATE),
    "She was born on the 3rd of May 1950 in Durham": ("3rd of May 1950", PassageKind.BIRTH_DATE),
    "La niña nació el 3 de mayo de 2012": ("3 de mayo de 2012", PassageKind.BIRTH_DATE),
    "baby born at WakeMed on 3/2/2022": ("3/2/2022", PassageKind.BIRTH_DATE),
    "I typed 5/6/1950 in the date of birth field": ("5/6/1950", PassageKind.BIRTH_DATE),
    "MRN: E10938827": ("E10938827", PassageKind.RECORD_NUMBER),
    "7719025 is her medical record number": ("7719025", PassageKind.RECORD_NUMBER),
    "chart no. 20-1187": ("20-1187", PassageKind.RECORD_NUMBER),
    "El expediente 30817 está vacío": ("30817", PassageKind.RECORD_NUMBER),
    "Our patient, Ms. Dana Whitfield, has two records": ("Dana Whitfield", PassageKind.PATIENT_NAME),
    "pt. O'Neil was here": ("O'Neil", PassageKind.PATIENT_NAME),
    "patient maria lopez got her shot twice": ("maria lopez", PassageKind.PATIENT_NAME),
    "La paciente Rosa Delgado no recibe el código": ("Rosa Delgado", PassageKind.PATIENT_NAME),
    "The patient on the phone is Otis Castellow and": ("Otis Castellow", PassageKind.PATIENT_NAME),
    "Her husband is patient Otis Castellow": ("Otis Castellow", PassageKind.PATIENT_NAME),
    "Maria Lopez, a patient of ours, moved": ("Maria Lopez", PassageKind.PATIENT_NAME),
}
LEFT_ALONE = (
    "Provider PIN NCA340018, lot EW0182 and 016F21A, NDC 59267-1000-01",
    "Call (919) 555-0166 or 1-877-873-6247, NPI 1932104478",
    "Tracking 123456789, the serial no. is 412-55-9083, PO 412-33-0098",
    "999-99-9999 was typed as a placeholder, and 123-45-6789 on the sample card",
    "The sample card shows 1EG4-TE5-MK73",
    "Medicare pays 40 dollars for 0011A since 4/12/2021",
    "The DOB column is refused since the update of 04/12/2021",
    "People born before 1/1/1956 may book; the date 12/31/2069 is a placeholder",
    "The newborn clinic's order of 05/03/2022 is late",
    "CVMS recipient ID 00123456 and record ID 00351870",
    "MRN is not sent, error 5021 in row 1417",
    "Temperature chart no. 4471 of fridge MR-4512",
    "The Patient Portal and Patient Services are down",
    "Please be patient, Maria is back on Monday",
    "Our patient coordinator, Maria Lopez, cannot sign in",
    "A patient of Dr. Angela Fuentes asked for Moderna",
    "PT Associates of Wilson gets our deliveries, set it in 8 pt. Arial",
    "Portal del paciente no abre desde el 12 de abril de 2021",
)
NASTY = (
    "patient ", "pt. ", "patients: (\"'", "DOB ", "born ", "1/1/1", "1-1-1-", "9", "123-45-678", "1EG4-TE5-MK7", "MRN ",
    "chart no. ", "A. ", "Mr. ", "de la ", "Maria, ", "and ", "a", "a-", "PID|1|||", "^^", "12345, ", "January 1, ", "1/1/1950 ",
    "“", "é", "\n",
)  # fmt: skip


@pytest.mark.parametrize("text", FOUND)
def test_it_finds(text):
    passage, kind = FOUND[text]

    assert [(text[found.start : found.end], found.kind) for found in patient_data.find(text)] == [(passage, kind)]


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_it_leaves_alone(text):
    assert patient_data.find(text) == ()


def test_passages_stand_in_order_and_none_overlaps_another():
    text = "pt Hernandez, Jose dob 01/15/71 mrn 220481, SSN 571 08 2290; patients Ann Smith and Bob Jones"

    found = patient_data.find(text)

    assert [text[one.start : one.end] for one in found] == [
        "Hernandez, Jose",
        "01/15/71",
        "220481",
        "571 08 2290",
        "Ann Smith",
        "Bob Jones",
    ]


def test_a_pasted_message_of_an_interface_tells_by_its_fields():
    text = "Rejected:\nPID|1||448120^^^WFB^MR||LOPEZ^MARIA||19610303|F|||||||||||412559083\nOBX|1"

    assert [text[one.start : one.end] for one in patient_data.find(text)] == ["448120", "LOPEZ^MARIA", "19610303", "412559083"]


def test_nothing_and_odd_characters_are_no_problem():
    for text in ("", " ", "\x00", "\u202e patient \ud800", "🧊" * 100, "patient\u00a0Maria\u00a0Lopez"):
        patient_data.find(text)


def test_texts_built_to_be_nasty_take_no_longer_than_others():
    shuffled = random.Random(27)
    texts = [(piece * LONGEST_TEXT)[:LONGEST_TEXT] for piece in NASTY]
    texts += ["".join(shuffled.choice(NASTY) for _ in range(LONGEST_TEXT))[:LONGEST_TEXT] for _turn in range(5)]

    slowest = max(_seconds(text) for text in texts)

    assert slowest < SLOWEST


@pytest.mark.parametrize("half", guard.HALVES)
def test_the_guard_reaches_its_targets(half):
    """On the sealed half, too, of whose texts a failure prints nothing."""
    measured = guard.measure(half)

    assert measured.recall >= guard.RECALL
    assert measured.false_alarms <= guard.FALSE_ALARMS


def _seconds(text: str) -> float:
    began = time.perf_counter()
    patient_data.find(text)
    return time.perf_counter() - began
