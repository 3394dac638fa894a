"""「一人に多くの委嘱をしない」(平成31年度 区運営方針 項目3⑤): posts per person. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from wards.text import search_key


@dataclass(frozen=True, slots=True)
class Post:
    """A post that a person holds: where and as what."""

    name: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}・{self.what}"


def person_key(name: str) -> str:
    """Return what makes two entries the same person: the name, however its letters are written.

    Two people of one name count as one; that is why the warning is soft.
    """
    return search_key(name)


def posts_by_person(posts: Iterable[Post]) -> dict[str, list[Post]]:
    """Gather posts by the person who holds them."""
    gathered: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        gathered[person_key(post.name)].append(post)
    return dict(gathered)


def warning_of(posts: list[Post], *, warned_from: int) -> str:
    """Return the soft warning about one person's posts, "" while they are few."""
    if len(posts) < warned_from:
        return ""
    held = "、".join(map(str, posts))
    return f"{posts[0].name}さんは、区内で{len(posts)}つの役に就いています（{held}）。負担が重くならないか確かめてください。"
