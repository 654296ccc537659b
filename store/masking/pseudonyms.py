"""Words that stand for hidden texts: the same one for the same text, and none that can be guessed without the key."""

import contextlib
import re
import unicodedata
from base64 import b32encode
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b, sha256
from ipaddress import ip_address
from string import punctuation, whitespace
from threading import Lock
from typing import Literal

Kind = Literal["email", "ip", "name", "value"]

MOST_CHARACTERS = 20_000_000
"""So much of hidden texts can be told from their pseudonyms, those that were shown last."""

MOST_SPELLINGS = 20
"""So many texts can be told from one pseudonym."""

MOST_CACHED, LONGEST_CACHED = 8_192, 200
"""Of texts, which repeat themselves in a log, and how many characters those have."""

_DIGEST_BYTES = 6
_PSEUDONYM = re.compile(r"(?<!\w)(?:email|ip|name|value)~[a-z2-7]{10}(?!\w)")
_QUOTED_AT = "\ufdd0"
"""Stands for a percent-encoded @ while a text is looked through: it is no character of any text."""

_LOCAL = r"[\w.+'%!#$&-]"
_RETURN = rf"(?i:bounces?[+-]|(?:prvs|btv1|srs[01])[=+-])(?:{_LOCAL}|=){{1,200}}+"
"""An e-mail that mail comes back to has another one in it. Elsewhere what stands before = is the name of a value."""

_EMAIL = (
    rf"(?<!{_LOCAL})(?P<before>['.+!#$&-]*+)"
    rf"(?P<email>(?:{_RETURN}|{_LOCAL}++|\"[^\"\n]{{1,64}}+\")[@\uff20\ufe6b{_QUOTED_AT}]"
    r"(?:[\w-]++(?:\.[\w-]++)*+|\[[^\]\s]{1,99}\]))"
)
_IPV4 = r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d)(?!\.\d)"
_IPV6 = (
    r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{0,4}:){2,8}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]{1,4})?"
    r"(?![0-9A-Za-z])(?!:[0-9A-Fa-f:])(?!\.\d)"
)
_PERSONAL = re.compile(rf"{_EMAIL}|(?P<ip>{_IPV4}|{_IPV6})")


class Pseudonyms:
    """Makes pseudonyms by a keyed hash, and remembers what they stand for as long as it lives.

    Texts that differ only in case, and spellings of one IP address, share one. It may be used from several threads.
    """

    def __init__(self, key: bytes) -> None:
        self._key = sha256(key).digest()
        self._stands_for: dict[str, tuple[str, ...]] = {}
        self._characters = 0
        self._lock = Lock()
        self._made = lru_cache(MOST_CACHED)(self._make)
        self._looked_through = lru_cache(MOST_CACHED)(self._look_through)

    def of(self, kind: Kind, text: str) -> str:
        """The pseudonym of a whole text."""
        return (self._made if len(text) <= LONGEST_CACHED else self._make)(kind, text)

    def _make(self, kind: Kind, text: str) -> str:
        plain = unicodedata.normalize("NFKC", text).casefold().strip()
        return self._made_of(kind, _usual_address(plain) if kind == "ip" else plain, text)

    def _made_of(self, kind: Kind, plain: str, text: str) -> str:
        content = f"{kind}:{plain}".encode("utf-8", "surrogatepass")
        digest = b32encode(blake2b(content, key=self._key, digest_size=_DIGEST_BYTES).digest()).decode()
        made = f"{kind}~{digest.rstrip('=').lower()}"
        self.remember(made, text)
        return made

    def remember(self, masked: str, original: str) -> None:
        """A text with pseudonyms in it stands for another one."""
        with self._lock:
            known = self._stands_for.pop(masked, ())
            if original not in known and len(known) < MOST_SPELLINGS:
                known = (*known, original)
                self._characters += len(original)
            self._stands_for[masked] = known
            if self._characters > MOST_CHARACTERS:
                self._forget()

    def _forget(self) -> None:
        """Forget the older half, and what was made of it, so that it is remembered anew when it is shown again."""
        for masked in tuple(self._stands_for)[: len(self._stands_for) // 2]:
            self._characters -= sum(map(len, self._stands_for.pop(masked)))
        self._made.cache_clear()
        self._looked_through.cache_clear()

    def originals(self, masked: str) -> tuple[str, ...]:
        """What a masked text stands for, in all spellings that were seen. Empty for any other."""
        return self._stands_for.get(masked, ())

    def revealed(self, text: str) -> str | None:
        """A text with the hidden ones in the place of their pseudonyms. None when there is none, or one is unknown."""
        found = _PSEUDONYM.findall(text)
        if not found or not all(map(self.originals, found)):
            return None
        return _PSEUDONYM.sub(lambda pseudonym: " or ".join(self.originals(pseudonym[0])), text)

    def without_personal(self, text: str) -> str:
        """A text with pseudonyms in the place of whatever looks like an e-mail or an IP address."""
        return (self._looked_through if len(text) <= LONGEST_CACHED else self._look_through)(text)

    def _look_through(self, text: str) -> str:
        if "%40" in text:
            return _PERSONAL.sub(self._masked, text.replace("%40", _QUOTED_AT)).replace(_QUOTED_AT, "%40")
        return _PERSONAL.sub(self._masked, text)

    def without_personal_in_id(self, text: str) -> str:
        """The same for a text that no other one may be taken for: every spelling has a pseudonym of its own."""

        def masked(found: re.Match[str]) -> str:
            if found["email"]:
                email = found["email"].replace(_QUOTED_AT, "%40")
                return found["before"] + self._made_of("email", email, email)
            address = _address_in(found["ip"])
            return found["ip"].replace(address, self._made_of("ip", address, address)) if address else found["ip"]

        return _PERSONAL.sub(masked, text.replace("%40", _QUOTED_AT)).replace(_QUOTED_AT, "%40")

    def _masked(self, found: re.Match[str]) -> str:
        if found["email"]:
            return found["before"] + self.of("email", found["email"].replace(_QUOTED_AT, "@"))
        address = _address_in(found["ip"])
        return found["ip"].replace(address, self.of("ip", address)) if address else found["ip"]


def looks_personal(text: str) -> bool:
    """Whether a text holds an e-mail or an IP address."""
    return any(
        found["email"] or _address_in(found["ip"]) for found in _PERSONAL.finditer(text.replace("%40", _QUOTED_AT))
    )


def beside_addresses(text: str) -> list[str]:
    """What stands in a text such as `Dana Whitfield <dana@northlake.example>` beside e-mails and IP addresses, without
    the signs around it. Empty where there are none."""
    parts = _PERSONAL.sub("\n", text.replace("%40", _QUOTED_AT)).split("\n")
    return [part.strip(punctuation + whitespace) for part in parts] if len(parts) > 1 else []


def is_pseudonym(text: str) -> bool:
    """Whether a text is written like a pseudonym and nothing else."""
    return _PSEUDONYM.fullmatch(text) is not None


def has_pseudonym(text: str) -> bool:
    """Whether a text holds what a pseudonym is written like."""
    return _PSEUDONYM.search(text) is not None


def _address_in(text: str) -> str | None:
    """The IP address in what looks like one: there may be a colon before or behind it. None for a time and the like."""
    for each in (text, text.removeprefix(":"), text.removesuffix(":"), text[1:-1]):
        if re.fullmatch(_IPV4, each):  # also with zeros in front, which make it none for Python
            return each
        with contextlib.suppress(ValueError):
            return each if int(ip_address(each)) else None  # :: alone is more often something else
    return None


def _usual_address(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return text
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


Mask = Callable[[str], str]
"""Gives a text with pseudonyms in the place of what is hidden in it."""
