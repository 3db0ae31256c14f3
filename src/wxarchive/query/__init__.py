"""What a user types into a search → what is looked for. Pure: knows neither posts nor a database.

**Language**

- Words with space between them must all be there. ``OR`` (or ``|``) between two parts: one of them is
  enough. ``NOT`` (or ``-`` right before a part): it must not be there. ``NOT`` binds closest, then the
  unwritten AND (``AND`` may be written), then ``OR``; brackets group. Operators are written in capitals;
  full-width brackets, bars and colons will do.
- ``"…"``, ``“…”`` or ``「…」``: one term; spaces and operators inside it are text. A quotation mark inside
  ``"…"`` is written twice. :func:`quote` does all that.
- ``word*``: words that begin so.
- ``title: author: account: source: text:`` before a term, a phrase or a group: only in that field.
  ``account:`` also takes an account's 微信号, ``gh_…`` or ``__biz``, in full.
- ``NEAR(甲 乙, 10)``: these words or phrases in one field, in any order, with at most so many characters between
  them; without a number, 10.
- ``album:`` a part of an album's (合集, 话题) name, or its id in full. ``has:image``, ``has:audio``, ``has:video``,
  ``has:qr``: what the post has beside text. ``state:deleted``: what the site last showed under its address.
- ``kind:article``; ``after:2023-05`` (from its first day on), ``before:2024`` (earlier than its first day),
  ``on:2024-03-09`` (within it): a year, a month or a day, Beijing time.
- Anything else is text to look for: ``C++``, ``100%``, ``#话题#``, a bracket without its partner. The only
  errors: nothing to look for, only what must not be there, a ``kind:``, ``state:``, ``has:`` or a date that is
  none, and a query beyond all measure.

**What a term finds.** A term stands in a text where its folded characters (:func:`wxarchive.han.fold`) stand
in the folded text one after the other, spaces and punctuation included; and where the term begins or ends
with a letter or digit of a script that has words, the text's word begins or ends there too: ``app`` is not in
``WhatsApp`` and ``5G`` not in ``15G``, but ``app*`` is in ``application`` and ``5G`` in ``5G基站``. Han, kana
and Hangul have no words: any part of a text is found. Nothing is guessed: ``React组件`` and ``React 组件`` are
two spellings, and the two words with a space between them (without quotes) find both.

A term without a field may stand in the title, the author, the account's name, the source or the text; terms
of one query may stand in different fields.

**How it is found.** :attr:`Query.match` is one FTS5 expression over the tokens of :mod:`wxarchive.han` that
every wanted post satisfies. For terms of one run (``脱贫攻坚``, ``5g``) it also suffices; for others
(``5G基站``, ``C++``) the tokens do not see what stands between the runs, so :attr:`Query.exact` is false and
the text itself decides: :meth:`Query.verify` for the whole, :func:`holds` for one term.
"""

from wxarchive.query.bounds import Bound, bound
from wxarchive.query.characters import character_match, character_tokens, is_character, title_match
from wxarchive.query.explain import explain
from wxarchive.query.filters import PostFilter, Query, all_of
from wxarchive.query.language import of_words, parse_query, quote
from wxarchive.query.nodes import (
    COLUMNS,
    AccountIs,
    AlbumIs,
    And,
    Feature,
    Field,
    Has,
    KindIs,
    Near,
    Node,
    Not,
    Or,
    Published,
    StateIs,
    Term,
    find_apart,
    find_occurrences,
    find_places,
    holds,
    is_in,
    near,
)

__all__ = [
    "COLUMNS",
    "AccountIs",
    "AlbumIs",
    "And",
    "Bound",
    "Feature",
    "Field",
    "Has",
    "KindIs",
    "Near",
    "Node",
    "Not",
    "Or",
    "PostFilter",
    "Published",
    "Query",
    "StateIs",
    "Term",
    "all_of",
    "bound",
    "character_match",
    "character_tokens",
    "explain",
    "find_apart",
    "find_occurrences",
    "find_places",
    "holds",
    "is_character",
    "is_in",
    "near",
    "of_words",
    "parse_query",
    "quote",
    "title_match",
]
