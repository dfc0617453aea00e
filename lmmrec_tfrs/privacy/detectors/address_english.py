"""Patterns of postal addresses in English: the number before the street."""

import re

from lmmrec_tfrs.privacy.detectors.address_words import CAPITALISED

_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]"
    r"|T[NX]|UT|V[AT]|W[AIVY])"
)
# Codes of the USA, the United Kingdom and Canada.
_CODE = r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
_UNIT = (
    r"(?:,? ?(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm)\b\.?|#) ?"
    r"[A-Za-z]?\d{0,5}[A-Za-z]?\b)?"
)
# The town is taken only with the code or state that follows it.
_TAIL = (
    rf"{_UNIT}(?:(?:,? {CAPITALISED}){{1,3}},? (?:{_STATE}(?:,? {_CODE})?|{_CODE})\b"
    rf"|,? {_CODE}\b)?"
)
_DIRECTION = r"(?:(?:[NSEW]|North|South|East|West|NE|NW|SE|SW)\.? )?"
# Not before a suffix: "500 GB Hard Drive", "3 Player Way".
_NO_STREET = r"(?!Hard\b|Disk\b|Flash\b|USB\b|Pen\b|Thumb\b|Disc\b|GB\b|TB\b|MB\b|Test\b|Two\b)"
_SUFFIX = (
    r"(?:Street|Avenue|Boulevard|Road|Lane|Terrace|Crescent|Parkway|Highway|Drive|Court|Square|"
    r"Gardens|Close|Place|Way|Mews|Grove|Turnpike|Circle|Trail|St|Ave?|Blvd|Rd|Ln|Dr|Ct|Pkwy|"
    r"Hwy|Cres|Ter)"
)
STREET = re.compile(
    rf"(?<![\w.$£€#/:-])\d{{1,5}}[A-Za-z]?,? {_DIRECTION}"
    rf"(?:{_NO_STREET}(?:{CAPITALISED}|\d{{1,3}}(?:st|nd|rd|th)) ){{1,3}}{_SUFFIX}\b\.?{_TAIL}"
)
# Streets of any ending, where a flat or a state with its code follows: "12 Guzman Mission Apt. 4".
PRECISE = re.compile(
    rf"(?<![\w.$£€#/:-])\d{{1,5}}[A-Za-z]?,? {_DIRECTION}(?:{_NO_STREET}{CAPITALISED} ?){{1,3}}"
    rf"(?:,? (?:(?:Apt|Apartment|Suite|Ste|Unit)\b\.? ?#?\d{{1,5}}[A-Za-z]?\b)"
    rf"(?:(?:,? {CAPITALISED}){{1,3}},? {_STATE},? \d{{5}}\b)?"
    rf"|(?:,? {CAPITALISED}){{1,3}},? {_STATE},? \d{{5}}\b)"
)
# Written small, a street needs a word before it that says so: "delivered to 5 main st".
SMALL_STREET = re.compile(
    rf"(?<![\w.$£€#/:-])\d{{1,5}}[a-z]? {_DIRECTION}"
    r"(?!(?:hour|minute|min|mile|km|star|way|lane|player|day|of)\b)(?:[a-z'.]+ ){1,2}"
    r"(?:street|avenue|boulevard|road|lane|terrace|crescent|st|ave|blvd|rd|ln)\b\.?"
    rf"(?:,? [a-z]+,? {_CODE}\b)?",
    re.IGNORECASE,
)
SMALL_STREET_CUE = re.compile(
    r"\b(?:address|live|lives|living|shop|store|located|ship|shipped|sent|send|mail|delivered|"
    r"deliver|visit|at|to|is|in)\b[^\d\n]{0,4}$",
    re.IGNORECASE,
)
CUE_WINDOW = 24
BOX = re.compile(
    r"\b(?i:P\.? ?O\.? ?Box|Post Office Box|Postfach|Casella postale|Apartado(?: de correos)?)"
    rf" #?\d{{1,6}}\b(?:(?:,? {CAPITALISED}){{0,2}},? (?:{_STATE}\b(?:,? {_CODE}\b)?|{_CODE}\b))?"
)
