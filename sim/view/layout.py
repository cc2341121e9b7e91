"""The layout of the page and what answers it: Dash, served from this machine alone.

Playing is done by the scripts in `assets`, on arrays that were sent before; only a changed setting asks
the server.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask import g
from markupsafe import escape

from sim.files.yaml_tree import FaultyInput, refuse
from sim.view.controls import SEED, WITH, Control, in_words
from sim.view.pages import Page

SETTING = "setting"
UNASKED = (no_update, no_update)
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
        title=str(escape(f"kidal: {page.title}")),
        update_title="",
        suppress_callback_exceptions=True,
    )
    app.layout = layout(page)
    _answer(app, page)
    return app


def layout(page: Page) -> Component:
    """The whole page."""
    return html.Div(
        id="page",
        children=[
            html.Header([html.H1(page.title), html.P(page.summary), _tabs()]),
            html.Div(
                id="body",
                children=[
                    html.Aside(_controls(page), **_aria(label="Settings")),
                    html.Main(id="panel-map", role="tabpanel", **_aria(labelledby="tab-map")),
                    _fan_tab(page),
                ],
            ),
            *(dcc.Store(id=name) for name in ("scene", "fans", "drawn", "fans-drawn")),
            dcc.Store(id="tab", data="map"),
        ],
    )


def _aria(**words: str) -> Any:
    """What a screen reader is told of a part."""
    return {f"aria-{name}": text for name, text in words.items()}


def _tabs() -> Component:
    names = {"map": "Map and diagram", "fan": "Many histories"}
    buttons = [
        html.Button(text, id=f"tab-{name}", n_clicks=0, role="tab", **_aria(controls=f"panel-{name}"))
        for name, text in names.items()
    ]
    return html.Div(buttons, id="tabs", role="tablist")


def _fan_tab(page: Page) -> Component:
    first = page.columns[0] if page.columns else None
    choice = dcc.RadioItems(page.columns, first, id="fan-column", inline=True)
    note = "" if page.columns else "no column in this run"
    head = html.Div(
        [html.Span("Column"), choice, html.Span(note, id="fan-say", role="status")], className="head"
    )
    return html.Section(
        [head, html.Div(id="fan", className="plot")],
        id="panel-fan",
        role="tabpanel",
        hidden=True,
        **_aria(labelledby="tab-fan"),
    )


# --- settings ----------------------------------------------------------------------------------------------


def _controls(page: Page) -> list[Component]:
    """The settings of a page, and where it says what is wrong with one."""
    rows: list[Component] = [html.P(id="message", role="alert")]
    if page.seed is not None:
        rows.append(_row("Seed", SEED, _typed(SEED, str(page.seed))))
    sizes = [control for control in page.controls.fields if control.name.startswith("size.")]
    rows += [_field(control) for control in page.controls.fields if control not in sizes]
    if page.controls.rivals:
        options: Any = [
            {"label": name, "value": name, "title": text} for name, text in page.controls.rivals.items()
        ]
        chosen = dcc.Dropdown(options, [], multi=True, id=_id(WITH), placeholder="none")
        rows.append(_row("Rival hypotheses", WITH, chosen))
    rows += map(_field, sizes[:2])
    if sizes[2:]:
        rows.append(html.Details([html.Summary("Other columns"), *map(_field, sizes[2:])]))
    return rows


def _id(name: str) -> Any:
    return {"kind": SETTING, "name": name.replace(".", "/")}  # Dash takes no dots


def _row(label: str, name: str, field: Component) -> Component:
    written = json.dumps(_id(name), separators=(",", ":"), sort_keys=True)  # as Dash writes ids
    return html.Div([html.Label(label, htmlFor=written), field], className="row")


def _typed(name: str, value: str, **more: Any) -> Component:
    return dcc.Input(id=_id(name), type="text", value=value, debounce=True, maxLength=40, **more)


def _field(control: Control) -> Component:
    """A control as a list of choices, or as a field to type into."""
    if not control.free:
        choices: Any = list(control.choices)
        field = dcc.Dropdown(choices, control.default, clearable=False, id=_id(control.name))
        return _row(control.label, control.name, field)
    name = f"choices-{control.name.replace('.', '-')}"
    typed = _typed(control.name, control.default, list=name)
    options = html.Datalist([html.Option(value=choice) for choice in control.choices], id=name)
    return _row(control.label, control.name, html.Div([typed, options]))


# --- answers -----------------------------------------------------------------------------------------------


def _settings(names: Sequence[Any], values: Sequence[Any]) -> dict[str, Any]:
    """Settings by name, as they came with the request. Raises FaultyInput."""
    if not all(isinstance(key, dict) and "name" in key for key in names):
        refuse("settings", "have no names; those of the page would be right")
    return {str(key["name"]).replace("/", "."): value for key, value in zip(names, values, strict=False)}


def _answered(compute: Callable[[], Any], otherwise: Any) -> tuple[Any, str]:
    """An answer and no fault; or something else, and what is wrong."""
    try:
        return compute(), ""
    except FaultyInput as error:
        return otherwise, in_words(error)


def _answer(app: Any, page: Page) -> None:
    """What is computed here and what in the browser."""
    settings = {"kind": SETTING, "name": ALL}

    def run(values: list[Any], tab: Any, names: list[Any]) -> Any:
        """One history with the settings if it is looked at, or why not."""
        if tab == "fan":
            return UNASKED
        return _answered(lambda: page.scene(_settings(names, values)), no_update)

    def fan(values: list[Any], column: Any, tab: Any, names: list[Any]) -> Any:
        """Fans with the settings, if they are looked at, or why not."""
        if tab != "fan" or column is None:
            return UNASKED
        fans, fault = _answered(lambda: page.fan(_settings(names, values), column), None)
        return fans or {"say": fault}, fault

    values, names, tab = Input(settings, "value"), State(settings, "id"), Input("tab", "data")
    app.callback(Output("scene", "data"), Output("message", "children"), values, tab, names)(run)
    message = Output("message", "children", allow_duplicate=True)
    outputs, inputs = [Output("fans", "data"), message], [values, Input("fan-column", "value"), tab, names]
    app.callback(outputs, inputs, prevent_initial_call="initial_duplicate")(fan)

    def browser(function: str, output: Output, inputs: list[Input]) -> None:
        app.clientside_callback(ClientsideFunction("kidal", function), output, inputs)

    browser("load", Output("drawn", "data"), [Input("scene", "data")])
    browser("fan", Output("fans-drawn", "data"), [Input("fans", "data")])
    browser("tab", Output("tab", "data"), [Input(f"tab-{name}", "n_clicks") for name in ("map", "fan")])
