"""Passwords: kept as argon2id hashes, with the parameters of the settings."""

import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from .models import NO_PASSWORD

RANDOM_BYTES = 18


def hash_password(password: str) -> str:
    """What is stored instead of the password."""
    return _hasher().hash(_prepared(password))


def check_password(stored: str, password: str) -> bool:
    """Whether the password is the one that `stored` was made of; where there is none, it takes as long to say no."""
    if stored == NO_PASSWORD:
        spend_time_on(password)
        return False
    try:
        return _hasher().verify(stored, _prepared(password))
    except (VerificationError, InvalidHashError):
        return False


def spend_time_on(password: str) -> None:
    """Take as long as a check of a real password does, where there is none to check."""
    hasher = _hasher()
    check_password(_nobodys_hash(hasher.time_cost, hasher.memory_cost, hasher.parallelism), password)


def needs_rehash(stored: str) -> bool:
    """Whether the settings ask for other parameters than those `stored` was made with."""
    return _hasher().check_needs_rehash(stored)


def random_password() -> str:
    """A password that nobody can guess."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def _prepared(password: str) -> str:
    return unicodedata.normalize("NFKC", password)  # NIST 800-63B-4, 3.1.1.2: the same password on every keyboard


def _hasher() -> PasswordHasher:
    settings = current_app.config
    return _hasher_with(settings["ARGON2_TIME_COST"], settings["ARGON2_MEMORY_KIB"], settings["ARGON2_PARALLELISM"])


@lru_cache
def _hasher_with(time_cost: int, memory_kib: int, parallelism: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=parallelism)


@lru_cache
def _nobodys_hash(time_cost: int, memory_kib: int, parallelism: int) -> str:
    return _hasher_with(time_cost, memory_kib, parallelism).hash(random_password())
