"""Every key of the app, grouped by where it acts. Each binding has an id, by which a keymap can move it elsewhere."""

from __future__ import annotations

from textual.binding import Binding


def _line_keys(name: str, what: str = "line") -> list[Binding]:
    """The keys that walk a list of lines; their ids begin with `name`."""
    return [
        Binding("up,k", "move(-1)", "Line up", id=f"{name}.line_up", show=False),
        Binding("down,j", "move(1)", "Line down", id=f"{name}.line_down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", id=f"{name}.page_up", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", id=f"{name}.page_down", show=False),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", id=f"{name}.half_page_up", show=False),
        Binding("ctrl+d", "page(0.5)", "Half a page down", id=f"{name}.half_page_down", show=False),
        Binding("home,g", "first_line", f"First {what}", id=f"{name}.first", show=False),
        Binding("end,G", "last_line", f"Last {what}", id=f"{name}.last", show=False),
    ]


def _ask_again(name: str) -> Binding:
    return Binding("ctrl+r,f5", "ask_again", "Ask again what was not answered", id=f"{name}.ask_again", show=False)


APP_KEYS = [
    Binding("q", "quit", "Quit", id="app.quit"),
    Binding("ctrl+q", "quit", "Quit", id="app.leave", priority=True, tooltip="Quit, also from where text is written"),
    Binding("question_mark,f1", "help", "Help", id="app.help"),
    Binding("colon,ctrl+p", "command_palette", "Commands", id="app.commands", key_display=":", show=False),
    Binding(
        "ctrl+c",
        "interrupt",
        "Copy the selection, or quit when pressed twice",
        id="app.interrupt",
        show=False,
        priority=True,
    ),
    Binding("ctrl+z", "suspend_process", "Suspend", id="app.suspend", show=False),
]

SCREEN_KEYS = [
    Binding("f,ampersand", "filters", "Filters", id="screen.filters", key_display="f"),
    Binding("u", "undo", "Undo the change of the filter", id="screen.undo", show=False),
    Binding("U", "redo", "Redo it", id="screen.redo", show=False),
    Binding("x", "clear_filter", "Clear filters", id="screen.clear", show=False),
    Binding("i", "histogram", "Histogram", id="screen.histogram", show=False),
    Binding("1", "pane('sidebar')", "Go to the filters", id="screen.pane_filters", show=False),
    Binding("2", "pane('table')", "Go to the events", id="screen.pane_events", show=False),
    Binding("3", "pane('detail')", "Go to the event's detail", id="screen.pane_detail", show=False),
    Binding("4", "pane('histogram')", "Go to the histogram", id="screen.pane_histogram", show=False),
    Binding("ctrl+r,f5", "reload", "Read again", id="screen.reload", key_display="^r", show=False),
    Binding("escape", "back", "Back", id="screen.back"),
]

ROOM_KEYS = [
    Binding("left_parenthesis", "room(-1)", "Less room for the detail", id="room.less", key_display="(", show=False),
    Binding("right_parenthesis", "room(1)", "More room for the detail", id="room.more", key_display=")", show=False),
]

QUERY_KEYS = [
    Binding("slash", "query", "Query", id="query.open", key_display="/"),
]

FIND_KEYS = [
    Binding("greater_than_sign", "find", "Find a text in the rows", id="find.open", key_display=">", show=False),
    Binding("n", "next(1)", "Next row that holds it", id="find.next", show=False),
    Binding("N", "next(-1)", "Previous row that holds it", id="find.previous", show=False),
]

FIND_LINE_KEYS = [
    Binding("enter", "find", "Find what is written", id="find.find", show=False),
    Binding("escape", "leave", "Find nothing", id="find.leave", show=False),
]

VIEW_KEYS = [
    Binding("V", "open_view", "Open a view", id="view.open", show=False),
    Binding("w", "save_view", "Save the filter as a view", id="view.save", show=False),
]

COPY_KEYS = [
    Binding("y", "copy_link", "Copy", id="copy.link", tooltip="Copy link"),
    Binding("Y", "copy", "Copy something else", id="copy.menu", show=False),
]

MARK_KEYS = [
    Binding("m", "mark", "Mark, with a note", id="mark.event", show=False),
    Binding("apostrophe", "marked('older')", "Next older mark", id="mark.older", show=False),
    Binding("quotation_mark", "marked('newer')", "Next newer mark", id="mark.newer", show=False),
    Binding("M", "marks", "All marked events", id="mark.list", show=False),
    Binding("equals_sign", "compare", "Compare with a marked event", id="mark.compare", show=False),
    Binding("R", "report", "Report of the marked events", id="mark.report", show=False),
]

FOLLOW_KEYS = [
    Binding("F", "follow", "Follow new events", id="follow.toggle", show=False),
]

LINK_KEYS = [
    Binding("ctrl+o", "open_link", "Open a link", id="link.open", show=False),
]

EXPORT_KEYS = [
    Binding("e", "export", "Export events to a file", id="export.open", show=False),
]

TIME_TRAVEL_KEYS = [
    Binding("at", "go_to_time", "Time", id="time.go_to", key_display="@", tooltip="Go to a time"),
    Binding("o", "span('older', 'hour')", "An hour older", id="time.hour_older", show=False),
    Binding("O", "span('newer', 'hour')", "An hour newer", id="time.hour_newer", show=False),
    Binding("d", "span('older', 'day')", "A day older", id="time.day_older", show=False),
    Binding("D", "span('newer', 'day')", "A day newer", id="time.day_newer", show=False),
    Binding("left_curly_bracket", "span('older', 'bar')", "A bar older", id="time.bar_older", show=False),
    Binding("right_curly_bracket", "span('newer', 'bar')", "A bar newer", id="time.bar_newer", show=False),
    Binding("z", "zoom_in", "Zoom in", id="time.zoom_in", show=False),
    Binding("Z", "zoom_out", "Zoom out", id="time.zoom_out", show=False),
]

ZONE_KEYS = [
    Binding("T", "swap_zone", "UTC, or the zone of the settings", id="time.zone", show=False),
]

QUERY_BOX_KEYS = [
    Binding("enter", "apply", "Show what is written", id="query.apply", show=False),
    Binding("tab", "complete", "Complete", id="query.complete", tooltip="Complete the word"),
    Binding("up", "move(-1)", "Query before", id="query.before", show=False),
    Binding("down", "move(1)", "Query after, or into the list", id="query.after", show=False),
    Binding("escape", "leave", "Back", id="query.leave", tooltip="Leave the filter as it is"),
]

COLUMN_KEYS = [
    Binding("C", "columns", "Columns of the table", id="columns.choose", show=False),
]

COLUMN_LIST_KEYS = [
    Binding("up,k", "cursor_up", "Column above", id="columns.above", show=False),
    Binding("down,j", "cursor_down", "Column below", id="columns.below", show=False),
    Binding("enter,space", "select", "Show it, or leave it out", id="columns.toggle", show=False),
    Binding("shift+up,K", "shift(-1)", "Move it to the left", id="columns.left", show=False),
    Binding("shift+down,J", "shift(1)", "Move it to the right", id="columns.right", show=False),
    Binding("left,h", "widen(-1)", "Narrower", id="columns.narrower", show=False),
    Binding("right,l", "widen(1)", "Wider", id="columns.wider", show=False),
    Binding("equals_sign", "fit", "As wide as there is room for", id="columns.fit", show=False),
    Binding("a", "add_path", "Add a path of the payload", id="columns.add", show=False),
    Binding("r", "reset", "The columns of the settings again", id="columns.reset", show=False),
    Binding("escape,C", "close", "Back", id="columns.close", show=False),
]

STORY_KEYS = [
    Binding("t", "trace", "Everything of this trace", id="story.trace", show=False),
    Binding("asterisk", "fold_traces", "Each trace as one row, or each event", id="story.fold", show=False),
    Binding("E", "entity", "About this entity", id="story.entity", show=False),
    Binding("A", "actor", "About this actor", id="story.actor", show=False),
]

SUMMARY_KEYS = [
    *_line_keys("summary"),
    Binding("enter", "open", "Events", id="summary.open", tooltip="Show these events"),
    _ask_again("summary"),
    Binding("p", "switch_belongings", "All of it", id="summary.belongings", tooltip="With all that belongs to it"),
    Binding("left,h", "switch_tab(-1)", "Tab before", id="summary.tab_before", show=False),
    Binding("right,l", "switch_tab(1)", "Next tab", id="summary.next_tab", tooltip="Next kind of thing"),
    Binding("escape", "leave", "Back", id="summary.leave"),
]

COMPARISON_KEYS = [
    *_line_keys("comparison"),
    Binding("enter,space", "open", "Open", id="comparison.open", key_display="⏎", tooltip="Go to the event, or unfold"),
    Binding("escape,equals_sign", "leave", "Back", id="comparison.leave", key_display="esc"),
]

TRACE_KEYS = [
    Binding("t", "switch_order", "Order", id="trace.order", key_display="t", tooltip="By time, or by entity"),
    *_line_keys("trace", "event"),
    Binding("n", "failure(1)", "Next failure", id="trace.next_failure"),
    Binding("N", "failure(-1)", "Previous failure", id="trace.previous_failure", show=False),
    Binding("enter", "open", "Read", id="trace.open", tooltip="Read the event"),
    Binding("y", "copy_link", "Copy", id="trace.copy_link", tooltip="Copy link"),
    _ask_again("trace"),
    Binding("escape", "leave", "Back", id="trace.leave"),
]

CONTEXT_KEYS = [
    Binding("c", "context", "In context: everything, same actor, same entity", id="context.show", show=False),
    Binding("p", "belongings", "The parent, and all that belongs to it", id="context.belongings", show=False),
]

SNAPSHOT_KEYS = [
    Binding("v", "section('changes')", "What changed", id="snapshots.changes", show=False),
    Binding("b", "section('state')", "Who set each field, and when", id="snapshots.state", show=False),
    Binding("B", "state_at", "The entity at another time", id="snapshots.state_at", show=False),
]

TABLE_KEYS = [
    Binding("up,k", "move(-1)", "Newer", id="table.newer", show=False),
    Binding("down,j", "move(1)", "Older", id="table.older", show=False),
    Binding("pageup,ctrl+b", "page(-1)", "A page newer", id="table.page_newer", show=False),
    Binding("pagedown,ctrl+f", "page(1)", "A page older", id="table.page_older", show=False),
    Binding("ctrl+u", "page(-0.5)", "Half a page newer", id="table.half_page_newer", show=False),
    Binding("ctrl+d", "page(0.5)", "Half a page older", id="table.half_page_older", show=False),
    Binding("home,g", "newest", "Newest event", id="table.newest", show=False),
    Binding("end,G", "oldest", "Oldest event", id="table.oldest", show=False),
    Binding("enter", "open", "Read", id="table.open", tooltip="Read the event"),
    Binding("plus", "narrow(False)", "Only this kind of event", id="table.narrow", key_display="+", show=False),
    Binding("minus", "narrow(True)", "Not this kind of event", id="table.exclude", key_display="-", show=False),
]

DETAIL_KEYS = [
    Binding(
        "left,left_square_bracket",
        "neighbour('newer')",
        "Newer",
        id="detail.newer",
        key_display="←",
        tooltip="Newer event",
    ),
    Binding(
        "right,right_square_bracket",
        "neighbour('older')",
        "Older",
        id="detail.older",
        key_display="→",
        tooltip="Older event",
    ),
    *_line_keys("detail"),
    Binding("enter,space", "use_line", "Use", id="detail.use", key_display="⏎", tooltip="Fold, or show only this"),
    Binding("asterisk", "fold_all", "Unfold or fold everything in it", id="detail.fold_all", show=False),
    Binding("plus", "narrow(False)", "Add to the filter", id="detail.narrow", key_display="+", show=False),
    Binding("minus", "narrow(True)", "Not this", id="detail.exclude", key_display="-"),
    Binding("exclamation_mark", "reveal", "Reveal what is masked", id="detail.reveal", key_display="!", show=False),
    Binding("escape", "leave", "Back", id="detail.leave"),
]

STOPPED_KEYS = [
    Binding("end,G", "search_on", "Search on", id="search.on", key_display="G"),
]

PASSING_KEYS = [
    Binding("escape", "take_passing_away", "Take away what was copied", id="passing.close", show=False),
]

WAY_KEYS = [
    Binding("up,k", "cursor_up", "Way above", id="way.above", show=False),
    Binding("down,j", "cursor_down", "Way below", id="way.below", show=False),
    Binding("enter", "select", "Show", id="way.choose", tooltip="Show that list"),
]

STRIP_KEYS = [
    Binding("left,h", "move(-1)", "A bar older", id="histogram.older", show=False),
    Binding("right,l", "move(1)", "A bar newer", id="histogram.newer", show=False),
    Binding("shift+left,H", "extend(-1)", "Select to the older side", id="histogram.select_older", show=False),
    Binding("shift+right,L", "extend(1)", "Select to the newer side", id="histogram.select_newer", show=False),
    Binding("home,g", "first", "First bar", id="histogram.first", show=False),
    Binding("end,G", "last", "Last bar", id="histogram.last", show=False),
    Binding("enter,space", "choose", "Only this time", id="histogram.choose", key_display="⏎"),
    Binding("escape", "leave", "Back", id="histogram.leave"),
]

SIDEBAR_KEYS = [
    Binding("escape", "leave", "Back", id="sidebar.leave"),
]

CLEAR_KEYS = [
    Binding("enter,space", "clear", "Clear filters", id="sidebar.clear"),
    Binding("down,j", "leave", "Next control", id="sidebar.clear_below", show=False),
]

TIME_KEYS = [
    Binding("left,h", "move(-1)", "Previous range", id="sidebar.time_previous", show=False),
    Binding("right,l", "move(1)", "Next range", id="sidebar.time_next", show=False),
    Binding("up,k", "move_line(-1)", "Ranges above", id="sidebar.time_above", show=False),
    Binding("down,j", "move_line(1)", "Ranges below", id="sidebar.time_below", show=False),
    Binding("enter,space", "choose", "Show this time", id="sidebar.time_choose"),
]

FACET_KEYS = [
    Binding("up,k", "move(-1)", "Previous value", id="sidebar.previous", show=False),
    Binding("down,j", "move(1)", "Next value", id="sidebar.next", show=False),
    Binding("pageup,ctrl+b", "page(-1)", "Previous values", id="sidebar.page_previous", show=False),
    Binding("pagedown,ctrl+f", "page(1)", "Next values", id="sidebar.page_next", show=False),
    Binding("home,g", "first", "First value", id="sidebar.first", show=False),
    Binding("end,G", "last", "Last value", id="sidebar.last", show=False),
    Binding("enter,space", "choose('included')", "Only this", id="sidebar.include"),
    Binding("minus", "choose('excluded')", "Not this", id="sidebar.exclude", key_display="-"),
    Binding("delete,backspace", "remove", "Any again", id="sidebar.remove", show=False),
    Binding("slash", "search", "Search", id="sidebar.search", key_display="/", tooltip="Search values"),
]

FIELD_KEYS = [
    Binding("up", "leave(-1)", "Control above", id="sidebar.field_above", show=False),
    Binding("down", "leave(1)", "Control below", id="sidebar.field_below", show=False),
    Binding("escape", "decline", "Take away what is offered", id="sidebar.field_decline", show=False),
]
