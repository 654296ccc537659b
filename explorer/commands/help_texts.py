"""What `--help` says of each command, below its options. Imports nothing heavy."""

TERMINAL_LIMIT = 100
"""How many events `query` prints on a terminal when no --limit is given."""

OVERVIEW = """\
activity [--view NAME] [DATABASE]  explore a log, from a saved view
activity demo                      explore sample data
activity open LINK [DATABASE]      explore one event, from a copied link
activity entity ID [DATABASE]      explore all that ever happened to one entity
activity query [FILTER ...]        print matching events, or write them to a file
activity count [FILTER ...]        print how many events match
activity stats [FILTER ...]        print when they happened and what they are
activity tail [FILTER ...]         print matching events as they are stored
activity report                    print the events that were marked, as a timeline
activity import FILE ... --into DATABASE   add events to a log
activity view FILE ...                 explore the events of files at once
activity prune --before TIME DATABASE  delete the events of a log that are older
activity check [--repair] DATABASE     prove that every count of a log is exact
activity map DATABASE                  look at a table of another program"""

DATABASE_REQUIRED = """\
DATABASE is the path of an SQLite file, a postgresql:// URL, a name from the settings file, or `demo`, the sample
data."""

DATABASE = f"""\
{DATABASE_REQUIRED} When it is left out, it comes from ACTIVITY_DATABASE or from the settings file. A file that is
called like a command is written with its folder: activity ./demo"""

FILTER = """\
FILTER is any number of field:value, all of which must hold; several values of one field mean any of them, and a
leading - excludes one:
  since:-7d until:2026-11-20 name:subscription.created entity:customer-3fa91c entity_type:customer
  actor_type:system -actor:ops@acme.example trace:... environment:production belongs_to:customer-3fa91c
  text:card_declined payload.plan.id:plan-growth
  payload.amount:100.. payload.amount:10..20 'payload.amount:>100' (numbers)
A word without a field is a text to look for in names, ids, payload and request: card_declined.
Without since: it is the last 30 days; since:all lifts that. Values with spaces: 'name:"Plan created"'."""

EXIT_CODES = """\
Exit codes: 0 done, also when the reader of a pipe has seen enough; 1 failed; 2 wrong usage; 130 interrupted;
143 terminated; 129 the terminal was closed."""

QUERY = f"""\
table     for reading: columns are cut to the width of a terminal, and never elsewhere. Times are UTC in all formats.
          Where there is no room for them, trace and id are left out whole; name them in --columns to see them.
jsonl     one JSON object a line, exactly what `activity import` reads.
csv       RFC 4180 with a header; payload and request are one column each. A cell that a spreadsheet would take for a
          formula (it begins with = + - @, a tab or a line break) gets a leading apostrophe.
markdown  a table with links, for a ticket.
parquet   for analysis; needs the package pyarrow.

--columns takes these, with commas: id occurred_at environment event_name entity_type entity_id entity_name
parent_entity_id actor_type actor_id actor_name actor_email actor_ip_address actor_more trace_id payload request, and
in words: event entity actor link; and paths into the payload: payload.plan.id. JSON Lines hold all of an event.

Without --limit a table on a terminal ends after {TERMINAL_LIMIT} events; everything else prints all that match, newest
first.

--output writes them all to a file instead, the oldest first, so that importing it gives the same log again. The file
is there under its name when it is complete, and not before. Its format is that of its ending (.jsonl .csv .md
.parquet) unless --format says otherwise; .gz or .zst behind it compresses. Filter, time zone, number of events, and
when it was written stand in the file itself (markdown, parquet) or beside it in FILE.about.json. `--output -` is
standard output, the oldest first."""

VIEW = """\
The first events show while the rest is still being read. Nothing is kept when you leave; what was rejected is told
then."""

FILES = """\
FILE is a file, a folder, a pattern such as 'logs/**/*.json.gz', or - for standard input; plain or packed with gzip or
zstd, JSON Lines, JSON or CSV. Its format is recognised from what it holds: jsonl (our own), stigg, stigg-webhook,
cloudtrail, stripe, cloudevents, kubernetes, google-cloud, microsoft-365, okta or github. Any other JSON or CSV is
described in a map file: see the README."""

TAIL = """\
Events come in the order in which they are stored, which is not always that of their times: late ones are printed when
they come. When the log cannot be reached it is tried again, less and less often, and what came in meanwhile is printed
then. Ctrl-C ends it."""

IMPORT = """\
Events whose id is already in the log are left alone, so that an import can be repeated. Records that are no events are
reported with their place and the reason, and the rest goes in: the exit code is then 0, or 1 with --strict. It is 1 as
well when no record was an event, or a file could not be read to its end."""

REPORT = """\
Events are marked in the app: m marks the highlighted one, with a note. The timeline begins with the oldest, and has
for each what happened, to what, who did it, the trace, the link and the note. Times are in UTC and in the zone of the
settings."""

PRUNE = """\
TIME is -90d, -12h, yesterday, 2026-01-01 or 2026-01-01T08:00Z (without an offset it is UTC): everything that happened
before it goes, for good. On a terminal you are asked first. Every count stays exact, others can read and write
meanwhile, and after an interruption the same command goes on.

An SQLite file does not get smaller: new events fill the free space. To give it back, run: sqlite3 FILE VACUUM. In
Postgres, autovacuum makes the space free again."""

CHECK = """\
Counts all events anew and holds that against everything the log keeps beside them: counts by time, counts by kind,
details and actors; of an SQLite file also the pages. It shows the log as it is at one moment; others can read and
write meanwhile. With --repair wrong counts are made anew, and others have to wait for that with writing. It also
brings a log that an older version of this program wrote up to date.

The exit code is 0 when all is well or was repaired, and 1 when anything is wrong."""

MAP = """\
Looks at the tables of a database, chooses the one that is most like a log of events, and prints the section of the
settings file that says which column holds what. With --write it is added to that file, of which everything else stays
as it is; a mapping that is there already is never changed. Nothing is written to the database."""
