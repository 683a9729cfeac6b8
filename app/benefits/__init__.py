"""What the fund pays: schemes as dated data, and the one kernel that applies them. Pure.

Rules are TOML with the sentence each figure comes from (`schemes/anyang/2021.toml`), chosen by the
day a cover starts; the kernel branches on the shape of a rule, never on a year. The same vectorised
function computes one claim and a million, so that no second way of computing can drift from it;
the second opinion is the bundle's verifier, written apart.

`care` (kinds of care, the dated table of `med_type`) · `benefit`, `scheme` (a scheme, checked) ·
`fields` (its fields and faults) · `scheme_file` (TOML) · `tariffs` (schemes in force, compiled to
arrays) · `columns` (what goes in and comes out) · `matching` (bill -> cover) · `running` (sums in
order) · `kernel` (the steps).
"""
