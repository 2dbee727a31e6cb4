"""Reads of who somebody is, and of what is kept beside tickets: keys, ratings, policies, the post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from ticketing.rules.people import Officer, Pairing, Token
from ticketing.rules.ratings import RatingCount
from ticketing.store import rows
from ticketing.store.reader import Reader

TOKEN_COLUMNS = "id, site, role, name, digest, officer, issued_at, revoked_at, last_seen, paired, kiosk"
PAIRING_COLUMNS = "code, digest, site, role, screen, asked_at, token_id"


class PeopleReader(Reader):
    """Tokens, officers, and devices that pair."""

    def token_by_digest(self, digest: str) -> Token | None:
        found = self._value(("token", digest), lambda: self._token_by_digest(digest))
        if found is None:
            # Whoever makes up tokens must not make anything grow.
            self._kept.drop(("token", digest))
        return found

    def _token_by_digest(self, digest: str) -> Token | None:
        row = self._one(f"SELECT {TOKEN_COLUMNS} FROM tokens WHERE digest = ?", digest)
        return rows.token_value(row) if row else None

    def token(self, token_id: int) -> Token | None:
        row = self._one(f"SELECT {TOKEN_COLUMNS} FROM tokens WHERE id = ?", token_id)
        return rows.token_value(row) if row else None

    def tokens(self, site: str | None) -> list[Token]:
        where = "" if site is None else "WHERE site = ?"
        found = self._run(
            f"SELECT {TOKEN_COLUMNS} FROM tokens {where} ORDER BY id", () if site is None else (site,)
        )
        return [rows.token_value(row) for row in found]

    def officer(self, login: str) -> Officer | None:
        row = self._one("SELECT login, site, role, password, disabled, id, name FROM officers WHERE login = ?", login)
        return rows.officer_value(row) if row else None

    def officers(self, site: str | None) -> list[Officer]:
        where = "" if site is None else "WHERE site = ?"
        found = self._run(
            f"SELECT login, site, role, password, disabled, id, name FROM officers {where} ORDER BY login",
            () if site is None else (site,),
        )
        return [rows.officer_value(row) for row in found]

    def pairing(self, code: str) -> Pairing | None:
        row = self._one(f"SELECT {PAIRING_COLUMNS} FROM pairings WHERE code = ?", code)
        return rows.pairing_value(row) if row else None

    def pairings(self) -> list[Pairing]:
        found = self._run(f"SELECT {PAIRING_COLUMNS} FROM pairings WHERE token_id = 0 ORDER BY asked_at")
        return [rows.pairing_value(row) for row in found]


class KeysReader(Reader):
    """Idempotency-Keys of the day, and of the one before into the night."""

    def get(self, actor: str, site: str, day: date, verb: str, key: str) -> int | None:
        """The ticket that this key led to (0: to none), or None for a key not seen, or no longer kept."""
        row = self._one(
            """SELECT ticket_id FROM remembered WHERE actor = ? AND site = ? AND day IN (?, ?) AND verb = ? AND key = ?
            ORDER BY day DESC LIMIT 1""",
            actor, site, day.isoformat(), (day - timedelta(days=1)).isoformat(), verb, key,
        )  # fmt: skip
        return row[0] if row else None


class RatingsReader(Reader):
    """How visits were rated, as counts."""

    def is_rated(self, ticket_id: int) -> bool:
        return self._one("SELECT 1 FROM rated WHERE ticket_id = ?", ticket_id) is not None

    def of_days(self, site: str, first: date, last: date) -> list[RatingCount]:
        found = self._run(
            """SELECT site, day, session, counter, queue, score, number FROM ratings
            WHERE site = ? AND day BETWEEN ? AND ? ORDER BY day, session, counter, queue, score DESC""",
            (site, first.isoformat(), last.isoformat()),
        )
        return [RatingCount(row[0], date.fromisoformat(row[1]), *row[2:]) for row in found]


class PoliciesReader(Reader):
    """What a policy's version said."""

    def text(self, version: str) -> str:
        sql = "SELECT text FROM policy_texts WHERE version = ?"
        return self._value(("policy", version), lambda: self._found("", sql, version))


class PostReader(Reader):
    """Dossier codes of the post."""

    def dossier_codes(self, ticket_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
        """The codes still kept with these tickets, in the order entered."""
        kept: dict[int, tuple[str, ...]] = {}
        for ticket_id in ticket_ids:
            found = self._run("SELECT code FROM dossier_codes WHERE ticket_id = ? ORDER BY id", (ticket_id,))
            if codes := tuple(row[0] for row in found):
                kept[ticket_id] = codes
        return kept
