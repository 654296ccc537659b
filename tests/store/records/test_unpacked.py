"""Text of a file: unpacked and decoded, with nothing of it lost."""

import gzip
import io
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import SourceProblem
from store.records import unpacked
from store.records.unpacked import HEAD_BYTES, readable, source_text

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = '{"a":"é 株"}\r\n' * 3
ENCODINGS = [
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
    ("utf-16-le", b""),
]

Pack = Callable[[bytes], bytes]


def in_two_members(raw: bytes) -> bytes:
    return gzip.compress(raw[:9]) + gzip.compress(raw[9:])


def read(packed: bytes) -> str:
    with readable():
        return source_text(io.BytesIO(packed)).file.read()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress, in_two_members])
@pytest.mark.parametrize(("encoding", "mark"), ENCODINGS)
def test_gzip_zstd_and_every_encoding_give_the_same_text(pack: Pack, encoding: str, mark: bytes) -> None:
    assert read(pack(mark + TEXT.encode(encoding))) == TEXT


@given(st.binary(max_size=60))
def test_bytes_that_are_no_utf_8_can_be_had_back(raw: bytes) -> None:
    packed = b"{{" + raw
    assert read(gzip.compress(packed)).encode("utf-8", "surrogateescape") == packed


@given(st.binary(max_size=60), st.sampled_from([b"", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xff\xfe"]))
def test_arbitrary_bytes_are_a_text_or_a_source_problem(raw: bytes, start: bytes) -> None:
    try:
        read(start + raw)
    except SourceProblem as problem:
        assert str(problem).startswith("It cannot be read")


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress])
def test_a_packed_file_that_ends_early_is_a_source_problem(pack: Pack) -> None:
    raw = bytes(range(32, 127)) * HEAD_BYTES
    with pytest.raises(SourceProblem, match="damaged or end too early"):
        read(pack(raw)[:-5])


@pytest.mark.parametrize("size", [0, HEAD_BYTES - 1, HEAD_BYTES, HEAD_BYTES + 1])
def test_the_head_says_whether_it_is_all(size: int) -> None:
    text = source_text(io.BytesIO(b"x" * size))
    assert text.is_whole == (size < HEAD_BYTES)
    assert text.head == "x" * min(size, HEAD_BYTES)
    assert len(text.file.read()) == size


def test_a_pipe_that_never_pauses_is_not_looked_at_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "HEAD_SECONDS", 0.05)
    monkeypatch.setattr(unpacked, "PAUSE_SECONDS", 60.0)
    reading, writing = os.pipe()
    is_looked_at = threading.Event()

    def write() -> None:
        with os.fdopen(writing, "wb", buffering=0) as pipe:
            while not is_looked_at.wait(0.01):
                pipe.write(b'{"number": 1}\n')

    with ThreadPoolExecutor(2) as threads, os.fdopen(reading, "rb") as pipe:
        written = threads.submit(write)
        try:
            text = threads.submit(source_text, pipe).result(timeout=30)
        finally:
            is_looked_at.set()
            written.result()
        assert not text.is_whole
        assert text.head.startswith('{"number": 1}\n')
        assert set(text.file) == {'{"number": 1}\n'}
