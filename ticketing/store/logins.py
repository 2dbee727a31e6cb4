"""Logins of former versions take the one form that signing in looks for."""

from __future__ import annotations

from itertools import chain, count

from sqlite_utils import Database

from ticketing.rules.people import login_form


def number_officers(db: Database) -> None:
    """A number for each, by which addresses name him; of two that would be called alike one gets a number behind it."""
    db.execute("ALTER TABLE officers ADD COLUMN id INTEGER")
    logins = [row[0] for row in db.execute("SELECT login FROM officers ORDER BY rowid").fetchall()]
    taken = {login for login in logins if login_form(login) == login}
    for officer_id, login in enumerate(logins, 1):
        form = free = login_form(login) or "officer"
        if form != login:
            names = chain([form], (f"{form}-{number}" for number in count(2)))
            free = next(name for name in names if name not in taken)
            taken.add(free)
        db.execute("UPDATE officers SET id = ?, login = ? WHERE login = ?", (officer_id, free, login))
        db.execute("UPDATE tokens SET officer = ? WHERE officer = ?", (free, login))
        db.execute("UPDATE counters SET holder = ? WHERE holder = ?", (f"officer:{free}", f"officer:{login}"))
        db.execute("UPDATE remembered SET actor = ? WHERE actor = ?", (f"officer:{free}", f"officer:{login}"))
    db.execute("CREATE UNIQUE INDEX officers_by_id ON officers (id)")
