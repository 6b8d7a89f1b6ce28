"""Django's own fr_CA writes the hour of a 12-hour clock where the letter « h » is meant: « 04 04 16 »."""

from __future__ import annotations

DATE_FORMAT = "j F Y"
TIME_FORMAT = "G\u00a0\\h\u00a0i"
DATETIME_FORMAT = "j F Y, G\u00a0\\h\u00a0i"
SHORT_DATETIME_FORMAT = "Y-m-d G\u00a0\\h\u00a0i"
