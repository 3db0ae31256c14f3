"""Learning from an archive: what each account repeats at the head and tail of its posts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wxarchive.clean import LearnedBlocks, learn_blocks
from wxarchive.errors import InputError
from wxarchive.store import AccountNames, Archive

__all__ = ["Learned", "learn"]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of one account."""

    account: AccountNames
    learned: LearnedBlocks

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        account = self.account
        return {
            "nickname": account.nickname,
            "alias": account.alias,
            "user_name": account.user_name,
            "biz": account.biz,
            "posts": account.posts,
            "blocks": [
                {"edge": block.edge, "text": block.text, "seen": block.seen, "posts": block.posts}
                for block in self.learned.blocks
            ],
        }


def learn(archive: Archive, account: str | None = None) -> Iterator[Learned]:
    """Learn what the accounts of an archive repeat, or the one with this name, and hold it.

    It takes effect on what is imported or fetched from then on, and on all posts by ``reparse``. Raises InputError
    if no post of ``account`` is held, and StoreError if the archive cannot be written.
    """
    found = False
    for names in archive.iter_accounts(account):
        found = True
        learned = learn_blocks(archive.iter_uncleaned_lines(names))
        archive.save_learned(names, learned)
        yield Learned(names, learned)
    if account is not None and not found:
        raise InputError(
            "no post of this account is held", subject=account, hint="give a nickname, 微信号, gh_… or biz"
        )
