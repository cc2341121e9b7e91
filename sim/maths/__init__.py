"""Elementary functions of our own: the same bits on every machine, C library and processor.

They use + - * / and what IEEE 754 makes exact (comparisons, floor, frexp, ldexp); their errors are below one
unit in the last place, which a test holds to mpmath. Series are Taylor's, on ranges so small that what they
leave out is below rounding; arguments are reduced by constants in parts (Muller et al. 2018, Handbook of
Floating-Point Arithmetic, 2nd edition, ch. 10).
"""
