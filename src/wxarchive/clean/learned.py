"""What one account repeats at the head or the tail of its posts: learned from many of them, found again in one.

Repetition is the sign of an account's standing words, which no wording tells: mottos, introductions, its own terms. A
line is learned if it recurs in three posts or more, in the run of recurring lines that ends or begins them, and hardly
anywhere else: a refrain inside a text recurs too, and is the text's. Lines that change slowly, and numbers in them,
are told as one line; after a redesign the new lines are learned beside the old ones.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

from wxarchive.clean.lines import to_key

__all__ = ["Edge", "LearnedBlock", "LearnedBlocks", "fingerprint", "learn_blocks"]

Edge = Literal["head", "tail"]

_AT_HEAD: Final = 12
_AT_TAIL: Final = 40
"""So many lines at an edge are looked at."""
_LEAST_POSTS: Final = 3
_LEAST_SHARE: Final = 0.2
"""Of the posts between the first and the last that have a line, so many must have it."""
_LEAST_AT_EDGE: Final = 0.8
"""Of all occurrences of a line, so many must be in the run at an edge."""
_MOST_IN_A_POST: Final = 2.5
"""Lines that a post has oftener than that, on an average, are a form that its text has, not its footer."""
_GAP: Final = 4
_LONGEST_IN_GAP: Final = 40
"""A run goes on over a few short lines that do not recur: names, titles, numbers."""
_SHORTEST: Final = 4
_SHORTEST_NEAR: Final = 8
"""Shorter lines must be the same; longer ones alike."""
_LONG: Final = 40
_ALIKE: Final = 0.6
_ALIKE_IF_LONG: Final = 0.8
"""Of two paragraphs more must be the same than of two lines: those of one author share many words."""
_FAR: Final = 4
"""A line that changes slowly stays at its distance from the edge, so many lines more or less."""
_RECENT: Final = 8
"""And is seen again within so many posts."""
_VARIANTS: Final = 16
_SAME_POST: Final = 0.8
"""A post that shares so much with one before it is the same post once more, and teaches nothing."""
_DIGITS: Final = re.compile(r"\d+")
_WORDS: Final = re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff]|[a-z]{3}.*[@.][a-z]{2}|[a-z]{4,}")
_GREETING: Final = re.compile(
    "(?:大家|各位|朋友们?|你们?|小伙伴们?|同学们?|读者们?)好|(?:hi|hello|hey|嗨|哈[喽啰])|(?:早|午|晚)上?[好安]|今天(?:和|给|为|跟)"
)
"""How a post greets its readers belongs to it, in every post anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedBlock:
    """A line that an account's posts have at one edge.

    ``variants`` are fingerprints of the forms it has had, the latest last; ``seen`` of the ``posts`` between the first
    and the last that have it do.
    """

    edge: Edge
    text: str
    """Its latest form, as it stands in a post."""
    variants: tuple[str, ...]
    seen: int
    posts: int

    @property
    def share(self) -> float:
        """How many of the posts have it: 0 to 1."""
        return self.seen / self.posts if self.posts else 0.0


@dataclass(frozen=True)
class LearnedBlocks:
    """The blocks of one account, ready to be found."""

    blocks: tuple[LearnedBlock, ...] = ()

    @cached_property
    def _exact(self) -> Mapping[tuple[Edge, str], LearnedBlock]:
        return {(block.edge, key): block for block in self.blocks for key in block.variants}

    @cached_property
    def _grams(self) -> Sequence[tuple[LearnedBlock, int, frozenset[str]]]:
        return [
            (block, len(key), _grams(key))
            for block in self.blocks
            for key in block.variants[-3:]
            if len(key) >= _SHORTEST_NEAR
        ]

    def find(self, text: str, edge: Edge) -> LearnedBlock | None:
        """The block that a line at an edge is, or is nearly; None if it is none."""
        key = fingerprint(text)
        found = self._exact.get((edge, key))
        if found is not None or len(key) < _SHORTEST_NEAR:
            return found
        grams: frozenset[str] | None = None
        for block, length, others in self._grams:
            if block.edge != edge or not _ALIKE <= len(key) / length <= 1 / _ALIKE:
                continue
            grams = grams or _grams(key)
            if _likeness(grams, others) >= _wanted_likeness(key):
                return block
        return None


@dataclass(slots=True)
class _Cluster:
    """One line in all its forms."""

    number: int
    variants: dict[str, str] = field(default_factory=dict)
    """Key → the line as it stands."""
    grams: frozenset[str] = frozenset()
    """Of the latest form."""
    length: int = 0
    edge: Edge = "tail"
    distance: int = 0
    posts: int = 0
    first: int = 0
    last: int = -1
    occurrences: int = 0
    in_runs: int = 0


def fingerprint(text: str) -> str:
    """What of a line is compared: its words, without case, marks and spaces; in a short line all numbers are alike.

    >>> fingerprint("【山前小筑】第 312 期！")
    '山前小筑第0期!'
    """
    key = to_key(text).lower()
    return key if len(key) >= _LONG else _DIGITS.sub("0", key)


def learn_blocks(posts: Iterable[Sequence[str]]) -> LearnedBlocks:
    """The blocks that recur in an account's posts; each post is its uncleaned lines, the oldest post first."""
    own = list(_without_repeats([line for line in lines if line.strip()] for lines in posts))
    if len(own) < _LEAST_POSTS:
        return LearnedBlocks()
    keys = [[fingerprint(line) for line in lines] for lines in own]
    clusters, of_line = _cluster(own, keys)
    recurring = {
        cluster.number
        for cluster in clusters
        if cluster.posts >= _LEAST_POSTS and cluster.occurrences <= _MOST_IN_A_POST * cluster.posts
    }
    middle = Counter(key for place, post in enumerate(keys) for key in _iter_middle(post, of_line[place]))
    for cluster in clusters:
        cluster.occurrences += sum(middle[key] for key in cluster.variants)
    for place, post in enumerate(own):
        numbers = of_line[place]
        runs = {*_iter_run(post, numbers, recurring, "tail"), *_iter_run(post, numbers, recurring, "head")}
        for at in runs:
            clusters[numbers[at]].in_runs += 1
    return LearnedBlocks(tuple(_to_block(cluster) for cluster in clusters if _is_learned(cluster)))


def _without_repeats(posts: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """The posts that are not one of those before them once more."""
    holders: dict[str, set[int]] = {}
    for number, lines in enumerate(posts):
        sizes = {key: len(key) for line in lines if len(key := fingerprint(line)) >= _SHORTEST_NEAR}
        shared: Counter[int] = Counter()
        for key, size in sizes.items():
            for holder in holders.get(key, ()):
                shared[holder] += size
        total = sum(sizes.values())
        if total and shared and max(shared.values()) >= _SAME_POST * total and len(sizes) > 2:
            continue
        for key in sizes:
            known = holders.setdefault(key, set())
            if len(known) < _RECENT:
                known.add(number)
        yield lines


def _cluster(
    posts: Sequence[Sequence[str]], keys: Sequence[Sequence[str]]
) -> tuple[list[_Cluster], list[dict[int, int]]]:
    """The lines at the edges of all posts in clusters, and for each post which line is of which."""
    clusters: list[_Cluster] = []
    exact: dict[str, int] = {}
    of_line: list[dict[int, int]] = []
    recent: list[int] = []
    for place, post in enumerate(posts):
        numbers: dict[int, int] = {}
        seen: set[int] = set()
        recent = [number for number in recent if clusters[number].last >= place - _RECENT]
        for at, edge, distance in _iter_edges(len(post)):
            key = keys[place][at]
            if len(key) < _SHORTEST or not _WORDS.search(key) or _GREETING.match(key):
                continue
            number = exact.get(key)
            if number is None and len(key) >= _SHORTEST_NEAR:
                number = _find_near(key, edge, distance, place, [clusters[n] for n in recent])
            if number is None:
                number = len(clusters)
                clusters.append(_Cluster(number, first=place))
            cluster = clusters[number]
            exact[key] = number
            if number not in seen:
                cluster.posts += 1
                if cluster.last < place - _RECENT or cluster.last < 0:
                    recent.append(number)
            cluster.variants.pop(key, None)
            cluster.variants[key] = post[at]
            cluster.grams, cluster.length = _grams(key), len(key)
            cluster.edge, cluster.distance, cluster.last = edge, distance, place
            cluster.occurrences += 1
            seen.add(number)
            numbers[at] = number
        of_line.append(numbers)
    return clusters, of_line


def _iter_edges(count: int) -> Iterator[tuple[int, Edge, int]]:
    """The places of the lines at the edges of a post, the edge they are nearer to, and their distance from it."""
    for at in range(count):
        behind = count - 1 - at
        if at < _AT_HEAD and at < behind:
            yield at, "head", at
        elif behind < _AT_TAIL:
            yield at, "tail", behind


def _find_near(key: str, edge: Edge, distance: int, place: int, clusters: Iterable[_Cluster]) -> int | None:
    grams: frozenset[str] | None = None
    for cluster in clusters:
        # In the post at hand any distance counts: a line that a post has twice is no footer.
        if cluster.last != place and (cluster.edge != edge or abs(cluster.distance - distance) > _FAR):
            continue
        if not cluster.length or not _ALIKE <= len(key) / cluster.length <= 1 / _ALIKE:
            continue
        grams = grams or _grams(key)
        if _likeness(grams, cluster.grams) >= _wanted_likeness(key):
            return cluster.number
    return None


def _iter_middle(keys: Sequence[str], numbers: Collection[int]) -> Iterator[str]:
    return (key for at, key in enumerate(keys) if at not in numbers)


def _iter_run(
    post: Sequence[str], numbers: Mapping[int, int], recurring: Collection[int], edge: Edge
) -> Iterator[int]:
    """The places of the recurring lines that an edge of a post consists of, but for a few short lines between them."""
    order = range(len(post)) if edge == "head" else range(len(post) - 1, -1, -1)
    most = _AT_HEAD if edge == "head" else _AT_TAIL
    gap = 0
    for at in order[:most]:
        if numbers.get(at) in recurring:
            gap = 0
            yield at
            continue
        gap += 1
        if gap > _GAP or len(post[at]) > _LONGEST_IN_GAP:
            return


def _is_learned(cluster: _Cluster) -> bool:
    return (
        cluster.in_runs >= _LEAST_POSTS
        and cluster.in_runs >= _LEAST_AT_EDGE * cluster.occurrences
        and cluster.posts >= _LEAST_SHARE * (cluster.last - cluster.first + 1)
    )


def _to_block(cluster: _Cluster) -> LearnedBlock:
    return LearnedBlock(
        edge=cluster.edge,
        text=next(reversed(cluster.variants.values())),
        variants=tuple(cluster.variants)[-_VARIANTS:],
        seen=cluster.posts,
        posts=cluster.last - cluster.first + 1,
    )


def _grams(key: str) -> frozenset[str]:
    """The pairs of neighbouring characters."""
    return frozenset(key[at : at + 2] for at in range(len(key) - 1))


def _wanted_likeness(key: str) -> float:
    return _ALIKE_IF_LONG if len(key) >= _LONG else _ALIKE


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0
