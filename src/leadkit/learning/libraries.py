"""numpy, which the extra `learn` brings."""

from __future__ import annotations

from leadkit.errors import MissingExtraError

try:
    import numpy as np
    import numpy.typing as npt
except ImportError:
    raise MissingExtraError.of("numpy", "learn") from None

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Answers = npt.NDArray[np.int8]
Places = npt.NDArray[np.int64]

__all__ = ["Answers", "Flags", "Floats", "Places", "np"]
