"""Made-up marches for tests."""

from sim.record.rows import ReportedMarch


def reported_march(name="m", *, km=100.0, hours=10.0, width=0.1, **others):
    """A march that took some hours, give or take a share `width` of them."""
    rows = {"column": name, "kind": "light", "surface": "piste", "source": "made up"} | others
    span = {"least": f"{hours * (1 - width)} h", "most": f"{hours * (1 + width)} h"}
    return ReportedMarch.model_validate({"id": name, "km": f"{km} km", **span, **rows})
