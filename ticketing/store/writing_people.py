"""Writes of who somebody is, and of what is kept beside tickets: keys, ratings, policies, the post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from ticketing.rules.people import Officer, Pairing, Token
from ticketing.rules.ratings import RatingCount
from ticketing.rules.tickets import Ticket
from ticketing.store import reading_people, rows
from ticketing.store.kept import Kept


class PeopleWriter(reading_people.PeopleReader):
    def add_token(self, token: Token) -> Token:
        token_id = self._view.connection.insert(
            """INSERT INTO tokens (site, role, name, digest, officer, issued_at, paired, kiosk)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                token.site, token.role, token.name, token.digest, token.officer, rows.ms(token.issued_at),
                int(token.paired), token.kiosk,
            ),
        )
        return replace(token, id=token_id)

    def save_token(self, token: Token) -> None:
        self._run(
            "UPDATE tokens SET name = ?, revoked_at = ?, last_seen = ? WHERE id = ?",
            (token.name, rows.ms(token.revoked_at), rows.ms(token.last_seen), token.id),
        )
        self._kept.drop(("token", token.digest))

    def note_seen(self, token: Token, at: datetime) -> None:
        """No lock keeps this apart from what is done to the token meanwhile: nothing else of it is written."""
        self._run("UPDATE tokens SET last_seen = ? WHERE id = ?", (rows.ms(at), token.id))
        self._kept.drop(("token", token.digest))

    def save_officer(self, officer: Officer) -> None:
        """A new login gets the next id; it keeps it for ever."""
        self._view.connection.alone_for("officers")
        self._run(
            """INSERT INTO officers (login, site, role, password, disabled, name, id)
            VALUES (?, ?, ?, ?, ?, ?, (SELECT COALESCE(MAX(id), 0) + 1 FROM officers)) ON CONFLICT (login) DO UPDATE SET
            site = excluded.site, role = excluded.role, password = excluded.password, disabled = excluded.disabled,
            name = excluded.name""",
            (officer.login, officer.site, officer.role, officer.password, int(officer.disabled), officer.name),
        )

    def save_pairing(self, pairing: Pairing) -> None:
        self._run(
            """INSERT INTO pairings (code, digest, site, role, screen, asked_at, token_id) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (code) DO UPDATE SET digest = excluded.digest, site = excluded.site, role = excluded.role,
            screen = excluded.screen, asked_at = excluded.asked_at, token_id = excluded.token_id""",
            (
                pairing.code, pairing.digest, pairing.site, pairing.role, pairing.screen,
                rows.ms(pairing.asked_at), pairing.token_id,
            ),
        )  # fmt: skip

    def forget_pairings(self, codes: Sequence[str]) -> None:
        for code in codes:
            self._run("DELETE FROM pairings WHERE code = ?", (code,))


class KeysWriter(reading_people.KeysReader):
    def keep(self, actor: str, site: str, day: date, verb: str, key: str, ticket_id: int) -> None:
        self._run(
            "INSERT INTO remembered (actor, site, day, verb, key, ticket_id) VALUES (?, ?, ?, ?, ?, ?)",
            (actor, site, day.isoformat(), verb, key, ticket_id),
        )

    def forget_day(self, site: str, before: date) -> None:
        """Erases the codes and the remembered keys of days before `before`."""
        self._run("DELETE FROM remembered WHERE site = ? AND day < ?", (site, before.isoformat()))
        self._run("DELETE FROM ticket_codes WHERE site = ? AND day < ?", (site, before.isoformat()))
        self._run("DELETE FROM queue_lengths WHERE site = ? AND day < ?", (site, before.isoformat()))
        self._run("DELETE FROM rated WHERE site = ? AND day < ?", (site, before.isoformat()))


class RatingsWriter(reading_people.RatingsReader):
    def mark_rated(self, ticket: Ticket) -> bool:
        """Notes that this ticket has rated, nothing more; False when it had before."""
        marked = self._run(
            "INSERT INTO rated (ticket_id, site, day) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (ticket.id, ticket.site, ticket.day.isoformat()),
        )
        return marked.rowcount == 1

    def count(self, rating: RatingCount) -> None:
        self._run(
            """INSERT INTO ratings (site, day, session, counter, queue, score, number) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (site, day, session, counter, queue, score)
            DO UPDATE SET number = ratings.number + excluded.number""",
            (
                rating.site, rating.day.isoformat(), rating.session, rating.counter, rating.queue,
                rating.score, rating.number,
            ),
        )  # fmt: skip


class PoliciesWriter(reading_people.PoliciesReader):
    _kept: Kept

    def keep(self, version: str, text: str) -> None:
        self._run("INSERT INTO policy_texts (version, text) VALUES (?, ?) ON CONFLICT DO NOTHING", (version, text))
        self._kept.drop(("policy", version))


class PostWriter(reading_people.PostReader):
    def add_dossier_codes(self, ticket_id: int, codes: Sequence[str]) -> None:
        for code in codes:
            self._run("INSERT INTO dossier_codes (ticket_id, code) VALUES (?, ?)", (ticket_id, code))

    def take_back_dossier_codes(self, ticket_id: int) -> None:
        self._run("DELETE FROM dossier_codes WHERE ticket_id = ?", (ticket_id,))

    def forget_dossier_codes(self, site: str, before: date) -> int:
        """Erases the dossier codes of tickets of days before `before`; how many they were."""
        erased = self._run(
            "DELETE FROM dossier_codes WHERE ticket_id IN (SELECT id FROM tickets WHERE site = ? AND day < ?)",
            (site, before.isoformat()),
        )
        return erased.rowcount
