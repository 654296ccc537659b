"""Every theme, and the only file with colours."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="activity-dark",
    primary="#6cb6ff",
    secondary="#c792ea",
    accent="#ffb454",
    foreground="#d7dce2",
    background="#11151b",
    surface="#151a21",
    panel="#1e252e",
    success="#7fd88f",
    warning="#ffcf6b",
    error="#ff7b85",
    dark=True,
    variables={"block-cursor-text-style": "bold", "footer-key-foreground": "#ffb454"},
)

LIGHT = Theme(
    name="activity-light",
    primary="#0b5cad",
    secondary="#7a3e9d",
    accent="#9a5b00",
    foreground="#1f2733",
    background="#f4f6f8",
    surface="#ffffff",
    panel="#e6eaef",
    success="#1a6e35",
    warning="#8a5a00",
    error="#b3202c",
    dark=False,
    variables={"block-cursor-text-style": "bold", "footer-key-foreground": "#9a5b00"},
)

THEMES = {"dark": DARK, "light": LIGHT}
"""By the name a user writes in the settings."""
