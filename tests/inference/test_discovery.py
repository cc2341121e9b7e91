"""Scenario discovery: a known box in random cases is found, noise gives none, and its numbers are closed forms."""

import json
from math import comb

import numpy as np
import pytest

from analysis.inference import discovery, discovery_text
from analysis.inference.discovery import Cases, ParameterBox, discover, drawn_chance, halves

LOW, HIGH = (0.3, 0.5), (0.7, np.inf)
"""The ends of the known box in its two parameters."""


def cases(y: np.ndarray, x: np.ndarray, noun: str = "runs") -> Cases:
    names = tuple(f"f{number}" for number in range(x.shape[1]))
    return Cases(names=names, units=("",) * len(names), x=x, y=y, noun=noun)


def boxed(
    seed: int, count: int = 1000, parameters: int = 6, inner: float = 0.95, outer: float = 0.05
) -> Cases:
    """Random cases with an outcome that is frequent in a box of the second and the last parameter."""
    rng = np.random.default_rng(seed)
    x = rng.random((count, parameters))
    inside = (x[:, 1] > LOW[0]) & (x[:, 1] < HIGH[0]) & (x[:, -1] > LOW[1])
    return cases((rng.random(count) < np.where(inside, inner, outer)).astype(float), x)


# --- a known box -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_known_box_in_random_cases_is_found(seed: int) -> None:
    found = discover(boxed(seed))
    assert found.is_box
    by_name = {one.parameter: one for one in found.restrictions}
    assert set(by_name) == {"f1", "f5"}
    assert (by_name["f1"].low, by_name["f1"].high) == pytest.approx((LOW[0], HIGH[0]), abs=0.07)
    assert by_name["f5"].low == pytest.approx(LOW[1], abs=0.07)
    assert by_name["f5"].high == np.inf
    assert found.best.density == pytest.approx(0.95, abs=0.13)  # an end that is 0.02 off costs 0.05
    assert found.best.mass == pytest.approx(0.2, abs=0.05)
    assert found.best.coverage == pytest.approx(0.95 * 0.2 / (0.95 * 0.2 + 0.05 * 0.8), abs=0.12)
    assert all(one.chance < 1e-6 for one in found.restrictions)
    assert all(one.stability > 0.7 for one in found.restrictions)


def test_where_nothing_is_noise_the_box_is_exact() -> None:
    found = discover(boxed(1, inner=1.0, outer=0.0, count=4000))
    assert found.best.density == pytest.approx(1.0, abs=0.06)
    assert found.best.coverage == pytest.approx(1.0, abs=0.03)


def test_shares_of_points_are_searched_as_well() -> None:
    rng = np.random.default_rng(3)
    x = rng.random((600, 3))
    y = np.where(x[:, 2] < 0.4, 0.8, 0.3) + rng.normal(0.0, 0.05, 600)
    found = discover(cases(y, x, "design points"))
    assert [one.parameter for one in found.restrictions] == ["f2"]
    assert found.restrictions[0].high == pytest.approx(0.4, abs=0.04)
    assert found.best.density == pytest.approx(0.8, abs=0.03)


def test_levels_go_or_stay_together_and_ends_lie_between_them() -> None:
    levels = np.tile([0.0, 1.0, 2.0, 3.0], 200)
    y = (levels >= 2.0).astype(float)
    found = discover(cases(y, np.column_stack([levels, np.random.default_rng(1).random(800)])))
    assert [(one.parameter, one.low, one.high) for one in found.restrictions] == [("f0", 1.5, np.inf)]
    assert (found.best.density, found.best.coverage) == (1.0, 1.0)


def test_a_box_restricts_as_many_parameters_as_it_may() -> None:
    rng = np.random.default_rng(5)
    x = rng.random((4000, 5))
    found = {most: discover(cases((x[:, :3].min(axis=1) > 0.4).astype(float), x), most) for most in (1, 2, 3)}
    assert [found[most].best.restricted for most in (1, 2, 3)] == [1, 2, 3]
    densities = [found[most].best.density for most in (1, 2, 3)]
    assert densities == sorted(densities)
    assert densities[2] > 0.9


def test_unit_and_direction_of_a_parameter_do_not_matter() -> None:
    plain = boxed(2)
    turned = cases(plain.y, 5.0 - 40.0 * plain.x)
    one, other = discover(plain), discover(turned)
    assert one.best.restricted == other.best.restricted
    assert other.best.density == pytest.approx(one.best.density, abs=0.03)
    assert other.restrictions[0].parameter == one.restrictions[0].parameter


def test_the_same_cases_give_the_same_box() -> None:
    one, other = (discover(boxed(7)) for _ in range(2))
    assert one.restrictions == other.restrictions
    assert [vars(row) | {"box": None} for row in one.curve] == [
        vars(row) | {"box": None} for row in other.curve
    ]


# --- noise -------------------------------------------------------------------------------------------------


def test_noise_alone_gives_no_box() -> None:
    """At a level of 0.01 sixty searches give 0.6 on average: with four or more once in 300."""
    count = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        found = discover(cases((rng.random(300) < 0.3).astype(float), rng.random((300, 6))))
        count += found.is_box
        assert found.is_box or (found.restrictions, found.curve) == ((), ())
    assert count <= 3


def test_what_the_search_saw_is_no_judge() -> None:
    """In noise the half that was searched has a density above the base, the other has not."""
    above = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        x, y = rng.random((300, 6)), (rng.random(300) < 0.3).astype(float)
        box, searched = discover(cases(y, x)).best.box, halves(300)
        if len(box.restricted):
            above.append(
                [y[half][box.inside(x[half])].mean() - y[half].mean() for half in (searched, ~searched)]
            )
    seen, judged = np.mean(above, axis=0)
    assert len(above) > 5
    assert seen > 0.08
    assert abs(judged) < 0.05


def test_the_box_is_denser_than_permuted_outcomes_are_there() -> None:
    one = boxed(4)
    box, judge = discover(one).best.box, ~halves(len(one.y))
    inside, y = box.inside(one.x[judge]), one.y[judge]
    rng = np.random.default_rng(1)
    permuted = [rng.permutation(y)[inside].mean() for _ in range(500)]
    assert y[inside].mean() > max(permuted)


# --- closed forms ------------------------------------------------------------------------------------------


def test_the_chance_of_a_density_is_counted() -> None:
    """Of six cases three have the event; two at random both have it in 3 of 15 draws."""
    y, inside = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]), np.array([True, True, False, False, False, False])
    assert drawn_chance(y, inside) == pytest.approx(3 / 15)
    assert drawn_chance(1.0 - y, inside) == pytest.approx(1.0)
    y = np.repeat([1.0, 0.0], [10, 30])
    inside = np.arange(40) % 4 == 0  # ten, of which three have it
    ways = sum(comb(10, k) * comb(30, 10 - k) for k in range(3, 11))
    assert drawn_chance(y, inside) == pytest.approx(ways / comb(40, 10))


def test_of_shares_the_chance_is_that_of_permutations() -> None:
    rng = np.random.default_rng(2)
    y, inside = rng.beta(2, 3, 200), np.arange(200) < 60
    sums = np.array([rng.permutation(y)[inside].sum() for _ in range(4000)])
    assert drawn_chance(y, inside) == pytest.approx((sums >= y[inside].sum()).mean(), abs=0.03)


def test_coverage_density_and_mass_are_shares_of_the_cases() -> None:
    x, y = np.arange(10.0)[:, None], np.array([0, 0, 0, 0, 0, 1, 1, 1, 0, 1], float)
    one = discovery.measured(x, y, ParameterBox(np.array([4.5]), np.array([7.5])))
    assert (one.coverage, one.density, one.mass, one.restricted) == (0.75, 1.0, 0.3, 1)
    assert discovery.gain(x, y, one.box) == pytest.approx(0.3 * (1.0 - 0.4))


def test_half_of_the_cases_are_searched() -> None:
    mask = halves(1001)
    assert mask.sum() == 500
    assert 200 < mask[:500].sum() < 300


# --- as text and JSON --------------------------------------------------------------------------------------


def test_text_says_the_box_its_parameters_and_the_trade_off() -> None:
    one = boxed(1)
    found = discover(one)
    text = discovery_text.text("Kidal: captured", one, found)
    assert text.startswith(f"Kidal: captured: {100 * one.y.mean():.0f} % of 1,000 runs\n")
    assert "A box in 2 parameters: " in text
    assert "f5         above 0." in text
    assert "20 of 20" in text
    rows = text.split("coverage  density  mass  restricted\n")[1].split("\n\n")[0].splitlines()
    assert rows[0].split() == ["1.00", f"{one.y[~halves(1000)].mean():.2f}", "1.00", "0"]
    assert [float(row.split()[2]) for row in rows] == sorted(
        (float(row.split()[2]) for row in rows), reverse=True
    )


def test_text_says_that_there_is_none() -> None:
    rng = np.random.default_rng(0)
    one = cases((rng.random(300) < 0.3).astype(float), rng.random((300, 4)))
    text = discovery_text.text("Kidal: captured", one, discover(one))
    assert "\nNo box: " in text
    assert "coverage" not in text


def test_json_has_ends_and_null_where_a_parameter_is_free() -> None:
    one = boxed(1)
    object_ = json.loads(json.dumps(discovery_text.as_json(one, discover(one)), allow_nan=False))
    assert object_["is_box"]
    ends = {row["parameter"]: (row["low"], row["high"]) for row in object_["parameters"]}
    assert ends["f5"][1] is None
    assert object_["curve"][0]["limits"] == {}
    assert set(object_["curve"][-1]["limits"]) <= {"f1", "f5"}
