"""As whom a person acts on a day: plain data that every rule is asked with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Post:
    """A role held for an organisation, bounded by a country or a scope where it has one."""

    role: str
    organisation: int
    country: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All posts of a person on a day; the public has none."""

    posts: tuple[Post, ...] = ()

    def has(self, *roles: str, country: str | None = None, scope: str | None = None) -> bool:
        """Whether one of ``roles`` is held, for this country or scope where one is named."""
        return any(
            post.role in roles
            and (country is None or post.country == country)
            and (scope is None or post.scope == scope)
            for post in self.posts
        )

    def countries(self, *roles: str) -> frozenset[str]:
        """The countries for which one of ``roles`` is held."""
        return frozenset(p.country for p in self.posts if p.role in roles and p.country)

    def scopes(self, *roles: str) -> frozenset[str]:
        """The activities and projects for which one of ``roles`` is held."""
        return frozenset(p.scope for p in self.posts if p.role in roles and p.scope)

    def organisations(self, roles: Collection[str] = ()) -> frozenset[int]:
        """The organisations in which a post is held, in one of ``roles`` where some are named."""
        return frozenset(p.organisation for p in self.posts if not roles or p.role in roles)


PUBLIC = Standing()
