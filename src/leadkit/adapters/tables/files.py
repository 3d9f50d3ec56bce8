"""Tables in files: Parquet and Arrow, read and written piece by piece, so that they need not fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadkit.adapters.files import replacing
from leadkit.adapters.tables import ARROW, PARQUET
from leadkit.adapters.tables.plan import LEAD_ID
from leadkit.errors import MissingExtraError, Problem, TableError

try:
    import polars as pl
except ImportError:
    raise MissingExtraError.of("polars", "polars") from None


def is_table(path: Path) -> bool:
    """Whether a file is a table by its ending."""
    return path.suffix.lower() in (*PARQUET, *ARROW)


def scan_table(path: Path) -> pl.LazyFrame:
    """The table in a Parquet or Arrow file; only its columns are looked at now.

    Raises:
        TableError: it can't be opened, or is no such file.
    """
    scan = pl.scan_parquet if path.suffix.lower() in PARQUET else pl.scan_ipc
    try:
        frame = scan(path)
        frame.collect_schema()
    except OSError as error:
        missing = "can't be read" if path.exists() else "No such file or directory"
        raise TableError(Problem(error.strerror or missing, place=str(path))) from None
    except pl.exceptions.PolarsError:
        raise TableError(Problem("is no Parquet or Arrow file, or a damaged one", place=str(path))) from None
    return frame


@contextmanager
def computed() -> Iterator[None]:
    """Tell what an engine can't compute as a line.

    Raises:
        TableError: a file is damaged further in.
    """
    try:
        yield
    except pl.exceptions.PolarsError as error:
        raise TableError(Problem(f"the tables can't be computed ({type(error).__name__})")) from None


def write_table(frame: pl.LazyFrame, path: Path) -> None:
    """Run `frame` and write it as Parquet, Arrow or CSV, by the ending of `path`; whole or not at all.

    Raises:
        TableError: it can't be written, the ending is another, or an input file is damaged.
    """
    suffix = path.suffix.lower()
    if not is_table(path) and suffix != ".csv":
        raise TableError(Problem("a table is written as .parquet, .arrow or .csv", place=str(path)))
    frame = _harmless(frame) if suffix == ".csv" else frame
    try:
        with replacing(path) as part:
            sink = frame.sink_parquet if suffix in PARQUET else frame.sink_csv if suffix == ".csv" else frame.sink_ipc
            sink(part, engine="streaming")
    except OSError as error:
        raise TableError(Problem(error.strerror or "can't be written", place=str(path))) from None
    except pl.exceptions.PolarsError as error:
        raise TableError(Problem(f"can't be computed ({type(error).__name__})", place=str(path))) from None


def _harmless(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Keys that a spreadsheet would take for formulas get the leading apostrophe that reading takes away again."""
    if frame.collect_schema()[LEAD_ID] != pl.String:
        return frame
    key = pl.col(LEAD_ID)
    return frame.with_columns(pl.when(key.str.contains(r"^[=+\-@\t\r]")).then("'" + key).otherwise(key).alias(LEAD_ID))
