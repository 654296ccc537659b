"""Every error of ours. Each says in a sentence what is wrong, and in `advice` what to do about it; none holds a secret.

StoreError
├── DatabaseProblem            the database cannot be asked
│   ├── DatabaseNotFound       there is nothing at that path or of that name
│   ├── DatabaseUnavailable    no connection, or it broke, or somebody else holds a lock
│   │   └── QuestionTooLong    it answers, but one question took it too long
│   ├── DatabaseReplaced       another one has taken its place: what was read of it is told of the one before
│   ├── AccessDenied           password, role or file permission
│   └── DatabaseDamaged        the file is not a database or its pages are corrupt
├── SchemaProblem              a database, but not one this version can read
│   ├── SchemaMissing          it is empty
│   ├── SchemaForeign          its tables are not ours
│   ├── SchemaOlder            written by an older version
│   ├── SchemaNewer            written by a newer version
│   └── MappingProblem         a table of another program, which is not as the settings say
├── FilterMistake              a filter text that cannot be understood, with the column
├── MaskingMistake             a filter whose answer would tell what is masked
├── TimeMistake                a time that cannot be understood
├── LinkMistake                an event link that cannot be understood
├── SettingsMistake            a settings file that cannot be understood
├── EventMistake               a record that is no event, with the reason
├── FormatMistake              a file of no known format, or a map file that cannot be understood
├── SourceProblem              a file that cannot be read, or not to its end
├── ExportMistake              an export that cannot be as it was asked for
└── TargetProblem              a file that cannot be written
"""


class StoreError(Exception):
    """Anything that goes wrong in a way a user can understand: `str(error)` is one sentence."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class DatabaseProblem(StoreError):
    pass


class DatabaseNotFound(DatabaseProblem):
    pass


class DatabaseUnavailable(DatabaseProblem):
    pass


class QuestionTooLong(DatabaseUnavailable):
    pass


class DatabaseReplaced(DatabaseProblem):
    pass


class AccessDenied(DatabaseProblem):
    pass


class DatabaseDamaged(DatabaseProblem):
    pass


class SchemaProblem(StoreError):
    pass


class SchemaMissing(SchemaProblem):
    pass


class SchemaForeign(SchemaProblem):
    pass


class SchemaOlder(SchemaProblem):
    pass


class SchemaNewer(SchemaProblem):
    pass


class MappingProblem(SchemaProblem):
    pass


class FilterMistake(StoreError):
    """`column` (counted from 1) is where the mistake begins in the text, `length` how far it reaches."""

    def __init__(self, message: str, column: int, length: int = 1, advice: str = "") -> None:
        super().__init__(message, advice)
        self.column = column
        self.length = length


class MaskingMistake(StoreError):
    pass


class TimeMistake(StoreError):
    pass


class LinkMistake(StoreError):
    pass


class SettingsMistake(StoreError):
    pass


class EventMistake(StoreError):
    pass


class FormatMistake(StoreError):
    pass


class SourceProblem(StoreError):
    pass


class ExportMistake(StoreError):
    pass


class TargetProblem(StoreError):
    pass
