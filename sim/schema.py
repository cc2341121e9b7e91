"""The tables of a run folder, column by column with units. Version 1.

`runs/part-*.parquet`, a row a run:
    design_id   design point, 0 where there is no design
    replicate   number of the run at its design point, from 0
    seed        run seed, unsigned 64 bits: gives the run back with the stored scenario and parameters
    status      'done' or 'failed'
    error       what failed, or empty
    place:event a milestone: hours after 00:00 UTC of the scenario's first day, inf if it never came
    outcomes    see OUTCOMES

`events/part-*.parquet`, a row an event of the first histories:
    replicate   as above
    hour        as for milestones
    event       see sim.kinds.Event, in lower case
    kind        of the agent: column, drone, group
    agent       its id
    place       id of a place, or empty
    km          road-km along the column's itinerary, -1 where there is none
    amount      what the event's line in sim.kinds.Event says
    other       likewise

`axis/route.parquet`, a row a place on a column's itinerary:
    column, place (id), name, km (road-km from the start), lat, lon (degrees), mark (whether it is a stop,
    a position, the start, the objective or the place of a milestone)

`axis/daylight.parquet`, a row a day:
    first_light, sunset: hours as above, at the first column's start

`axis/cover.parquet`, a row a drone detachment and km of an itinerary:
    column, drone (id), station (id), radius (km), ready (h), km, cover (0 to 1, once the detachment is ready)
"""

import numpy as np

VERSION = 1

OUTCOMES = {
    "mine_strikes": "strikes on columns",
    "mine_strikes_reported": "strikes on columns that are reported",
    "ambushes": "ambushes on columns",
    "days_fought": "days with a fight at a defended position",
    "nights_harassed": "harassed nights",
    "persons_lost": "persons lost by columns in fights",
    "vehicles_lost": "vehicles lost by columns to mines and in fights",
    "rebels_lost": "fighters lost",
    "rebel_vehicles_lost": "vehicles of the groups lost",
    "beaten": "columns that went back",
}
"""Outcomes of a run and what they count; sums over all columns or groups."""

Table = dict[str, np.ndarray]
"""Named arrays of one length."""
