"""Writes Sources/CLoops/powers.h: powers of two for the exponential function by a table.

2^x = 2^n · 2^r, n a multiple of 1/32: the table has the fractions of n, and a polynomial has 2^r for |r| ≤ 1/64, found
at Chebyshev's points in 60 digits.

    python3 -m venv v && v/bin/pip install mpmath==1.3.0 numpy==2.2.6
    v/bin/python Tools/tables/powers.py Sources/CLoops/powers.h
"""

import sys

import mpmath as m
import numpy as np

m.mp.dps = 60
COUNT = 32
DEGREE = 2


def literal(number):
    """A float as C writes it."""
    return np.float32(float(number)).item().hex().replace("0000000p", "p") + "f"


def slope(r):
    """What r is multiplied by for 2^r − 1."""
    return (m.mpf(2) ** r - 1) / r


def coefficients():
    reach = m.mpf(1) / (2 * COUNT)
    nodes = [reach * m.cos(m.pi * (2 * k + 1) / (2 * (DEGREE + 1))) for k in range(DEGREE + 1)]
    nodes = [x if abs(x) > m.mpf(2) ** -100 else m.mpf(2) ** -60 for x in nodes]
    rows = m.matrix([[x**p for p in range(DEGREE + 1)] for x in nodes])
    found = [m.mpf(float(np.float32(float(c)))) for c in m.lu_solve(rows, m.matrix([slope(x) for x in nodes]))]
    places = [reach * m.mpf(i) / 500 for i in range(-500, 501) if i]
    worst = max(abs(x * (sum(c * x**p for p, c in enumerate(found)) - slope(x))) for x in places)
    return found, worst


def page():
    found, worst = coefficients()
    whole = m.mpf(float(np.float32(float(1 / m.log(2)))))
    lines = ["// Made by Tools/tables/powers.py.", ""]
    lines += ["// log₂ e, and what a float leaves of it."]
    lines += [f"#define LOG2_E {literal(whole)}", f"#define LOG2_E_REST {literal(1 / m.log(2) - whole)}", ""]
    lines += [f"// 2^r = 1 + r · (P0 + P1 · r + P2 · r²) for |r| ≤ 1/{2 * COUNT}, within {m.nstr(worst, 2)}."]
    lines += [f"#define POWER_P{place} {literal(c)}" for place, c in enumerate(found)]
    lines += ["", f"// 2^(i/{COUNT})", f"static const float powers_of_two[{COUNT}] = {{"]
    table = [literal(m.mpf(2) ** (m.mpf(i) / COUNT)) + "," for i in range(COUNT)]
    lines += ["    " + " ".join(table[i : i + 4]) for i in range(0, COUNT, 4)]
    return "\n".join([*lines, "};", ""])


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        file.write(page())
