"""The layout of the page and what answers it: Dash, served from this machine alone.

Playing is done by the scripts in `assets`, on arrays that were sent before; only a changed setting asks
the server.
"""

import json
import re
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import g
from markupsafe import escape

from sim.files.yaml_tree import FaultyInput, refuse
from sim.view.address import TAB, TABS, WHICH, restored
from sim.view.controls import SEED, WITH, Alternatives, Control, in_words
from sim.view.pages import BY, Page

SETTING = "setting"
FEW = 10
"""Choices that need no search, at most."""
UNASKED = (no_update, no_update)
NO_COLUMN = "no column in this run"
ASSETS = Path(__file__).with_name("assets")
INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
<script src="/assets/styles.js" nonce="{%nonce%}"></script>
{%css%}
</head>
<body>
{%app_entry%}
<footer>
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>
"""
"""The page before its scripts fill it; see Dash's `index_string`."""


class _Index(Dash):
    """Dash with the number of a request (nonce) in its page, by which that tells its own styles."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        """The page of a request; a title is no part of the template."""
        title = parts["title"].replace("{", "&#123;")
        page = super().interpolate_index(**parts | {"title": title})  # type: ignore[no-untyped-call]
        return str(page).replace("{%nonce%}", g.setdefault("nonce", secrets.token_urlsafe(16)))


def dash_app(page: Page) -> Dash:
    """The page's Dash application; it holds nothing of any visitor."""
    app = _Index(
        "kidal",
        index_string=INDEX,
        assets_folder=str(ASSETS),
        assets_ignore=r"styles\.js",  # the template has it, before all others
        serve_locally=True,
        eager_loading=True,  # of Plotly, which the scripts in the folder of assets use
        title=str(escape(f"{page.title}: {page.name}")),
        update_title="",
        suppress_callback_exceptions=True,
    )
    app.layout = html.Div([dcc.Location(id="address", refresh=False), html.Div(id="page")])
    _answer(app, page)
    return app


def layout(page: Page, search: str = "") -> list[Component]:
    """The whole page with what an address asks for behind its `?`, as far as that can be."""
    request, fault = restored(page, search)
    tab, column = request.get(TAB, "map"), request.get(WHICH, next(iter(page.columns), None))
    return [
        html.Header([html.H1(page.title), html.P(f"{page.name}: {page.summary}"), _tabs()]),
        html.Div(
            id="body",
            children=[
                html.Aside(
                    [html.P(fault, id="fault", role="status"), *_controls(page, request)],
                    **_aria(label="Settings"),
                ),
                html.Main(
                    id="panel-map", role="tabpanel", hidden=tab != "map", **_aria(labelledby="tab-map")
                ),
                _fan_tab(page, column, request.get(BY), hidden=tab != "fan"),
            ],
        ),
        *(dcc.Store(id=name) for name in ("scene", "fans", "drawn", "fans-drawn", "saved")),
        dcc.Store(id="tab", data=str(tab)),
        dcc.Store(id="defaults", data=_defaults(page)),
        dcc.Download(id="download"),
    ]


def _defaults(page: Page) -> dict[str, object]:
    """What an address need not say."""
    defaults = {control.name: control.default for control in page.controls.fields}
    return defaults | {SEED: str(page.seed), TAB: "map", WHICH: next(iter(page.columns), None)}


def _aria(**words: str) -> Any:
    """What a screen reader is told of a part."""
    return {f"aria-{name}": text for name, text in words.items()}


def _data(**texts: str) -> Any:
    """What a style may show of a part."""
    return {f"data-{name}": text for name, text in texts.items()}


def _tabs() -> Component:
    buttons = [
        html.Button(text, id=f"tab-{name}", n_clicks=0, role="tab", **_aria(controls=f"panel-{name}"))
        for name, text in TABS.items()
    ]
    return html.Div(buttons, id="tabs", role="tablist")


def _fan_tab(page: Page, column: Any, by: Any, *, hidden: bool) -> Component:
    """Fans of a column, and below them milestones by a day."""
    choice = dcc.RadioItems(page.columns, column, id="fan-column", inline=True)
    saving = [
        html.Button(kind.upper(), id=kind, n_clicks=0, title=f"Save as {kind.upper()}")
        for kind in ("csv", "png")
    ]
    note = "" if page.columns else NO_COLUMN
    head = [html.Span("Column"), choice, *saving, html.Span(note, id="fan-say", role="status")]
    first, last = map(str, page.days)
    picker = dcc.DatePickerSingle(
        id="by", date=by, min_date_allowed=first, max_date_allowed=last, initial_visible_month=by or first,
        display_format="D MMM YYYY", placeholder="a day", clearable=True,
    )  # fmt: skip
    below = [
        html.Div([html.Label("Probability before", htmlFor="by"), picker], className="head"),
        html.Div(id="milestones"),
    ]
    return html.Section(
        [html.Div(head, className="head"), html.Div(id="fan", className="plot"), *below],
        id="panel-fan",
        role="tabpanel",
        hidden=hidden,
        **_aria(labelledby="tab-fan"),
    )


# --- settings ----------------------------------------------------------------------------------------------


def _controls(page: Page, request: Mapping[str, Any]) -> list[Component]:
    """The settings of a page as an address asks for them, and where it says what is wrong with one."""
    rows: list[Component] = [html.P(id="message", role="alert")]
    if page.seed is not None:
        rows.append(_row("Random seed", SEED, _typed(SEED, request.get(SEED, str(page.seed)))))
    fields = {control.name: _field(control, request) for control in page.controls.fields}
    sizes = [row for name, row in fields.items() if name.startswith("size.")]
    rows += [row for row in fields.values() if row not in sizes]
    if page.controls.groups:
        rows.append(_alternatives(page.controls.groups, request.get(WITH, [])))
    rows += sizes[:2]
    if sizes[2:]:
        rows.append(html.Details([html.Summary("Other columns"), *sizes[2:]]))
    link = html.A("Link to these settings", id="link", href="/")
    return [*rows, html.P([link, ", which the address keeps."])]


def _alternatives(groups: Sequence[Alternatives], names: Sequence[str]) -> Component:
    """Hypotheses to choose from: those that exclude each other as one choice, each other one by itself."""
    alone = dict(pair for group in groups if len(group.sentences) == 1 for pair in group.sentences.items())
    ticked = [name for name in names if name in alone]
    parts: list[Any] = [dcc.Checklist(alone, ticked, id=_id(f"{WITH}.0"))] if alone else []
    for number, group in enumerate(groups, start=1):
        if len(group.sentences) > 1:
            base = ": ".join(["As in the scenario", *(["; ".join(group.base)] if group.base else [])])
            chosen = next((name for name in names if name in group.sentences), "")
            choice = dcc.RadioItems({"": base, **group.sentences}, chosen, id=_id(f"{WITH}.{number}"))
            summary = html.Summary(
                f"{_subject(group)}: one of {len(group.sentences)} that exclude each other"
            )
            parts.append(html.Details([summary, choice], open=bool(chosen)))
    return html.Fieldset([html.Legend("Alternative hypotheses"), *parts])


def _subject(group: Alternatives) -> str:
    """What most of some alternatives are about: what their sentences begin with."""
    heads = Counter(re.split("[:;,]", sentence)[0] for sentence in group.sentences.values())
    (chief, _), *others = heads.most_common()
    return f"{chief}, and others" if others else chief


def _id(name: str) -> Any:
    return {"kind": SETTING, "name": name.replace(".", "/")}  # Dash takes no dots


def _row(label: str, name: str, field: Component) -> Component:
    written = json.dumps(_id(name), separators=(",", ":"), sort_keys=True)  # as Dash writes ids
    return html.Div([html.Label(label, htmlFor=written), field], className="row")


def _typed(name: str, value: str) -> Component:
    return dcc.Input(id=_id(name), type="text", value=value, debounce=True, maxLength=40)


def _field(control: Control, request: Mapping[str, Any]) -> Component:
    """A control as a list of choices, or as a field to type into."""
    value = request.get(control.name, control.default)
    if not control.choices:
        return _row(control.label, control.name, _typed(control.name, value))
    choices: Any = dict(control.choices)
    field = dcc.Dropdown(choices, value, clearable=False, searchable=len(choices) > FEW, id=_id(control.name))
    about = _aria(label=control.label)  # since a list of choices names itself by its value alone
    return html.Div(_row(control.label, control.name, field), role="group", **about)


# --- answers -----------------------------------------------------------------------------------------------


def _settings(names: Sequence[Any], values: Sequence[Any]) -> dict[str, Any]:
    """Settings by name, as they came with the request; hypotheses together. Raises FaultyInput."""
    if not all(isinstance(key, dict) and "name" in key for key in names):
        refuse("settings", "have no names; expected those of the page")
    settings: dict[str, Any] = {}
    for key, value in zip(names, values, strict=False):
        name = str(key["name"]).replace("/", ".")
        if name.partition(".")[0] == WITH:
            chosen = value if isinstance(value, list) else [value]
            settings[WITH] = settings.get(WITH, []) + [item for item in chosen if item not in ("", None)]
        else:
            settings[name] = value
    return settings


def _answered(compute: Callable[[], Any], otherwise: Any) -> tuple[Any, str]:
    """An answer and no fault; or something else, and what is wrong."""
    try:
        return compute(), ""
    except FaultyInput as error:
        return otherwise, in_words(error)


def fans(page: Page, tab: Any, column: Any, request: Callable[[], dict[str, Any]]) -> tuple[Any, Any, Any]:
    """Fans of a column as asked for, the table below them, and what is wrong; only if they are looked at."""
    if tab != "fan":
        return (*UNASKED, no_update)
    if column is None:
        return {"say": NO_COLUMN}, no_update, no_update
    answer, fault = _answered(lambda: page.fan(request(), column), None)
    if not answer:
        return {"say": fault}, no_update, fault
    return answer, milestone_table(answer.pop("milestones")), fault


def _answer(app: Any, page: Page) -> None:
    """What is computed here and what in the browser."""
    settings = {"kind": SETTING, "name": ALL}

    def build(_: Any, search: Any) -> Any:
        """The page as its address asks for it, once."""
        return no_update if search is None else layout(page, str(search))

    def run(values: list[Any], tab: Any, names: list[Any]) -> Any:
        """One run with the settings if it is looked at, or why not."""
        if tab == "fan":
            return UNASKED
        return _answered(lambda: page.scene(_settings(names, values)), no_update)

    def fan(values: list[Any], column: Any, by: Any, tab: Any, names: list[Any]) -> Any:
        """Fans with the settings, if they are looked at, or why not."""
        return fans(page, tab, column, lambda: {**_settings(names, values), BY: by})

    values, names, tab = Input(settings, "value"), State(settings, "id"), Input("tab", "data")
    column, by = Input("fan-column", "value"), Input("by", "date")
    app.callback(Output("page", "children"), Input("address", "pathname"), State("address", "search"))(build)
    app.callback(Output("scene", "data"), Output("message", "children"), values, tab, names)(run)
    message = Output("message", "children", allow_duplicate=True)
    outputs, inputs = (
        [Output("fans", "data"), Output("milestones", "children"), message],
        [values, column, by, tab, names],
    )
    app.callback(outputs, inputs, prevent_initial_call="initial_duplicate")(fan)

    def browser(function: str, output: Output, inputs: list[Any]) -> None:
        app.clientside_callback(ClientsideFunction("kidal", function), output, inputs)

    browser("load", Output("drawn", "data"), [Input("scene", "data")])
    browser("fan", Output("fans-drawn", "data"), [Input("fans", "data")])
    browser("tab", Output("tab", "data"), [Input(f"tab-{name}", "n_clicks") for name in TABS])
    browser("link", Output("link", "href"), [values, column, by, tab, names, State("defaults", "data")])
    browser("csv", Output("download", "data"), [Input("csv", "n_clicks"), State("fans", "data")])
    browser("png", Output("saved", "data"), [Input("png", "n_clicks"), State("fans", "data")])


def milestone_table(lines: Sequence[Sequence[str]]) -> Component | None:
    """The table of milestones, whose cells know their heads for a narrow page; None without one."""
    head, *rows = lines
    body = [
        html.Tr(
            [
                html.Th(name or "base case", scope="row"),
                *(html.Td(cell, **_data(head=about)) for about, cell in zip(head[1:], cells, strict=True)),
            ],
            className="" if name else "base",
        )
        for name, *cells in rows
    ]
    return (
        html.Table([html.Thead(html.Tr([html.Th(text, scope="col") for text in head])), html.Tbody(body)])
        if body
        else None
    )
