"""What others gave the tables of a log beside rows: rights, which new tables get as well, and what is in the way.

Only tables of a log of an older version are looked at, before anything takes their place.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from .errors import DatabaseUnavailable


class Right(NamedTuple):
    """What a role may do with a table, as the words of a GRANT. An owner's own rights cannot be taken away."""

    role: str
    privileges: str
    is_grantable: bool
    is_owner: bool


Rights = Mapping[str, Collection[Right]]
"""Those on each table that is there."""


async def refuse_what_would_be_lost(connection: AsyncConnection, tables: Iterable[str], shown: str) -> None:
    """Raise a StoreError that names what depends on these tables or belongs to them, and is not of the log."""
    statement = _SELECT_IN_THE_WAY[connection.dialect.name]
    found = [what for (what,) in await connection.exec_driver_sql(statement.format(tables=_quoted(tables)))]
    if found:
        raise DatabaseUnavailable(
            f"The log is put in new tables, which would lose what is not of the log in {shown}: {', '.join(found)}.",
            f"Nothing was changed. Drop it, and make it anew afterwards.{_MEANWHILE[connection.dialect.name]}",
        )


async def rights_on(connection: AsyncConnection, tables: Iterable[str]) -> Rights:
    """Who may do what with those of the tables that are there. SQLite knows no rights."""
    rights: dict[str, list[Right]] = {}
    if connection.dialect.name == "postgresql":
        rows: Sequence[Any] = (await connection.exec_driver_sql(_SELECT_RIGHTS.format(tables=_quoted(tables)))).all()
        for table, role, privileges, is_grantable, is_owner in rows:
            rights.setdefault(table, []).append(Right(role, privileges, is_grantable, is_owner))
    return rights


async def give_rights(connection: AsyncConnection, tables: Iterable[str], before: Rights, other: str) -> None:
    """Let everybody do with new tables what they could do with those of that name, or where none was, with `other`."""
    given_by_default = await rights_on(connection, tables)
    for table, rights in given_by_default.items():
        for role in {right.role for right in rights if not right.is_owner}:
            await connection.exec_driver_sql(f"REVOKE ALL ON {table} FROM {role}")
        for role, privileges, is_grantable, _ in before.get(table, before[other]):
            end = " WITH GRANT OPTION" if is_grantable else ""
            await connection.exec_driver_sql(f"GRANT {privileges} ON {table} TO {role}{end}")


def _quoted(tables: Iterable[str]) -> str:
    return ", ".join(f"'{table}'" for table in tables)


# An owner's rights are always among them: so each table that is there has a row.
_SELECT_RIGHTS = """
SELECT relname::text, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
string_agg(DISTINCT privilege_type, ', '), is_grantable, grantee = relowner
FROM unnest(ARRAY[{tables}]) AS name JOIN pg_class ON pg_class.oid = to_regclass(name),
aclexplode(coalesce(relacl, '{{}}') || acldefault('r', relowner))
GROUP BY relname, grantee, is_grantable, relowner
"""
_MEANWHILE = {
    "postgresql": " Let nobody read the tables meanwhile who may not see all that is in them.",
    "sqlite": "",
}
_SELECT_IN_THE_WAY = {
    "postgresql": """
WITH ours AS (
SELECT oid, relname, relrowsecurity FROM unnest(ARRAY[{tables}]) AS name JOIN pg_class ON oid = to_regclass(name)
)
SELECT 'the row security of ' || relname FROM ours WHERE relrowsecurity
UNION SELECT 'the policy ' || polname || ' of ' || relname FROM pg_policy JOIN ours ON ours.oid = polrelid
UNION SELECT 'the trigger ' || tgname || ' of ' || relname FROM pg_trigger JOIN ours ON ours.oid = tgrelid
WHERE NOT tgisinternal
UNION SELECT 'the rule ' || rulename || ' of ' || relname FROM pg_rewrite JOIN ours ON ours.oid = ev_class
UNION SELECT 'the rights on the column ' || attname || ' of ' || relname FROM pg_attribute
JOIN ours ON ours.oid = attrelid WHERE attacl IS NOT NULL AND NOT attisdropped
UNION SELECT 'the publication ' || pubname || ' of ' || relname FROM pg_publication_rel JOIN ours ON ours.oid = prrelid
JOIN pg_publication ON pg_publication.oid = prpubid
ORDER BY 1
""",
    # It does not tell what a view or a trigger reads, and changes the text of some when a table has another name.
    "sqlite": """
SELECT 'the ' || type || ' ' || name FROM sqlite_master WHERE type IN ('view', 'trigger')
UNION SELECT 'the foreign key of ' || name
FROM sqlite_master, pragma_foreign_key_list(name) AS key WHERE type = 'table' AND lower(key."table") IN ({tables})
ORDER BY 1
""",
}
