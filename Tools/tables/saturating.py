"""Writes Sources/CLoops/tables.h: functions that rise from 0 to 1 as pieces of polynomials.

Each is ½ + g(x) with an odd g, of which the table has 32 pieces of equal length of |x|; beyond the last, g is ½.
A piece is a polynomial of the distance from its middle, in lengths, found at Chebyshev's points in 60 digits.

    python3 -m venv v && v/bin/pip install mpmath==1.3.0 numpy==2.2.6
    v/bin/python Tools/tables/saturating.py Sources/CLoops/tables.h
"""

import sys

import mpmath as m
import numpy as np

m.mp.dps = 60
PIECES = 32


def gelu(x):
    """The normal distribution's share below x (Hendrycks and Gimpel 2016)."""
    return m.erf(x / m.sqrt(2)) / 2


def gelu_tanh(x):
    """Its approximation (keras.activations.gelu(approximate=True))."""
    return m.tanh(m.sqrt(2 / m.pi) * (x + m.mpf("0.044715") * x**3)) / 2


def piece(function, length, number, degree):
    """The coefficients, the constant first."""
    middle = (m.mpf(number) + m.mpf(1) / 2) * length
    nodes = [m.cos(m.pi * (2 * k + 1) / (2 * (degree + 1))) / 2 for k in range(degree + 1)]
    rows = m.matrix([[u**p for p in range(degree + 1)] for u in nodes])
    values = m.matrix([function(middle + u * length) for u in nodes])
    return list(m.lu_solve(rows, values))


def table(name, function, reach, degree):
    length = m.mpf(reach) / PIECES
    pieces = [piece(function, length, i, degree) for i in range(PIECES)]
    # Where all that is left is less than half a unit of the last place, it is ½.
    for p in pieces:
        if abs(p[0] - m.mpf(1) / 2) < m.mpf(2) ** -26:
            p[:] = [m.mpf(1) / 2] + [m.mpf(0)] * degree
    worst = 0
    for i, p in enumerate(pieces):
        for u in np.linspace(-0.5, 0.5, 41):
            x = (i + m.mpf(1) / 2 + m.mpf(float(u))) * length
            found = sum(m.mpf(float(np.float32(float(c)))) * m.mpf(float(u)) ** k for k, c in enumerate(p))
            worst = max(worst, abs(found - function(x)))
    lines = [
        f"// {function.__doc__.splitlines()[0]} Within {m.nstr(worst, 2)}, rounding of the sums aside.",
        f"#define {name.upper()}_PIECES_PER_UNIT {float(1 / length)!r}f",
        f"static const float {name}_table[{degree + 1}][{PIECES}] = {{",
    ]
    for k in range(degree + 1):
        lines.append("    {")
        digits = [np.float32(float(p[k])).item().hex() for p in pieces]
        numbers = [d.replace("0000000p", "p") + "f," for d in digits]
        lines += ["        " + " ".join(numbers[i : i + 4]) for i in range(0, PIECES, 4)]
        lines.append("    },")
    return lines + ["};", ""]


text = [
    "// What Tools/tables/saturating.py has written: coefficient · piece, the constant first.",
    "#pragma once",
    "",
]
text += table("gelu", gelu, 6, 4)
text += table("gelu_tanh", gelu_tanh, 6, 4)
open(sys.argv[1], "w").write("\n".join(text[:-1]) + "\n")
