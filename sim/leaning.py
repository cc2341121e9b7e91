"""The dates that a scenario's go leans on: a rival that names one near the answer may be chosen by it."""

from collections.abc import Iterator
from datetime import date

from sim.job import Job
from sim.scenario import Scenario
from sim.variants import variant


def dates_of(job: Job) -> list[list[date]]:
    """The dates that the scenario of each design point leans on."""
    points = (variant(job.inputs, point, job.moved.rivals).loaded.scenario for point in job.points)
    return [sorted(set(leans_on(scenario))) for scenario in points]


def leans_on(scenario: Scenario) -> Iterator[date]:
    """The dates by which conditions of a go come true, as far as they are inputs; and of late drones."""
    for column in scenario.columns:
        goals = [objective.place for objective in column.objectives]
        for condition in column.go:
            if condition == "reinforced":
                others = (other.departs for other in scenario.columns if other.reinforces == column.id)
                yield from (day for day in others if isinstance(day, date))
            for camp in scenario.camps:
                if camp.place in goals and condition == "calendar" and camp.opens is not None:
                    yield camp.opens
                if camp.place in goals and condition in ("camp_vacated", "road_clear"):
                    yield camp.vacated
    yield from (drone.ready for drone in scenario.drones if drone.ready > scenario.start.day)
