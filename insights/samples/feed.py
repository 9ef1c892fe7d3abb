"""What a brand publishes over some months and what people say to it, before it stands in a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from insights.rules import Label, Platform, Sentiment
from insights.samples.words import HOSTILE, PHRASES, WORDS, Brand, Phrase, Story
from tenants.samples.dice import Dice

# Of a thousand comments of a quiet week; the rest is neutral.
_MOODS = ((Sentiment.POSITIVE, 520), (Sentiment.NEGATIVE, 180), (Sentiment.MIXED, 100))
_BY_MOOD: Mapping[Sentiment, tuple[Phrase, ...]] = {
    mood: tuple(phrase for phrase in PHRASES if phrase.label.sentiment is mood) for mood in Sentiment
}
_HOSTILE = 0.02
_ENGLISH = 0.15
_LATE = 0.05
_NAMELESS = 0.02
_VIRAL = 0.03
_ADDRESS = {
    Platform.INSTAGRAM: "https://www.instagram.com/p/{code}/",
    Platform.TIKTOK: "https://www.tiktok.com/@{handle}/video/{code}",
    Platform.FACEBOOK: "https://www.facebook.com/{handle}/posts/{code}",
}


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the platform knows it."""

    url: str
    platform: Platform
    created_at: datetime
    content: str
    likes: int
    shares: int
    views: int | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment and what is true of it; `comment_id` may be empty."""

    url: str
    comment_id: str
    author: str
    created_at: datetime
    text: str
    likes: int
    label: Label


class Feed:
    """Invents posts and comments up to the last day of a week, to the minute."""

    def __init__(self, dice: Dice, brand: Brand, *, weeks: int, last_monday: date, size: float = 1.0) -> None:
        """`last_monday` begins the last of so many weeks; `size` multiplies the comments of each post."""
        self._dice, self._brand, self._size = dice, brand, size
        self._weeks, self._last = weeks, last_monday
        self._zone = ZoneInfo(brand.zone)
        self.ends_at = datetime.combine(last_monday + timedelta(days=7), time(), self._zone)

    def posts(self) -> list[Post]:
        """Return the posts of all weeks in the order of time."""
        mondays = [self._last - timedelta(weeks=week) for week in reversed(range(self._weeks))]
        posts = [self._post(day) for day in mondays for _ in range(self._brand.posts_a_week)]
        return sorted(posts, key=lambda post: post.created_at)

    def comments(self, posts: Sequence[Post]) -> Iterator[Comment]:
        """Yield the comments of posts; none is written after the last week ends."""
        for post in posts:
            for _ in range(self._many()):
                moment = self._after(post.created_at)
                if moment < self.ends_at:
                    yield self._comment(post, moment)

    def say(self, phrase: Phrase) -> str:
        """Return a phrase as somebody types it."""
        if phrase is HOSTILE:
            return self._dice.pick(phrase.texts)
        english = bool(phrase.texts_en) and self._dice.chance(_ENGLISH)
        opener = self._dice.pick(WORDS["openers_en" if english else "openers"])
        body = self._dice.pick(phrase.texts_en if english else phrase.texts)
        filled: str = body.format(
            n=2 + int(self._dice.share() * 9), thing=self._dice.pick(self._brand.things)
        )
        text: str = opener + filled + self._dice.pick(WORDS["closers"][phrase.label.sentiment or "Neutral"])
        return text if opener or self._dice.chance(0.3) else text[0].upper() + text[1:]

    def phrase_of(self, mood: Sentiment) -> Phrase:
        """Return something of a mood."""
        return self._dice.pick(_BY_MOOD[mood])

    def _post(self, monday: date) -> Post:
        moment = datetime.combine(
            monday + timedelta(days=int(self._dice.share() * 7)),
            time(8 + int(self._dice.share() * 13), int(self._dice.share() * 60)),
            self._zone,
        )
        platform = self._dice.pick(tuple(Platform))
        code = f"{int(self._dice.share() * 10**12):012d}"
        likes = 20 + int(self._dice.share() ** 3 * 900)
        likes *= 40 if self._dice.chance(_VIRAL) else 1
        return Post(
            url=_ADDRESS[platform].format(code=code, handle=self._brand.handle),
            platform=platform,
            created_at=moment,
            content=self._dice.pick(self._brand.captions),
            likes=likes,
            shares=int(likes * self._dice.share() / 5),
            # Facebook does not tell.
            views=None if platform is Platform.FACEBOOK else likes * (8 + int(self._dice.share() * 20)),
        )

    def _many(self) -> int:
        return max(1, round(self._brand.comments_a_post * self._size * (0.5 + self._dice.share())))

    def _after(self, moment: datetime) -> datetime:
        """Return when somebody comments: most within three days, some weeks later."""
        hours = 480 + self._dice.share() * 960 if self._dice.chance(_LATE) else self._dice.share() ** 2 * 72
        return moment + timedelta(minutes=1 + int(hours * 60))

    def _comment(self, post: Post, moment: datetime) -> Comment:
        phrase = self._phrase(moment)
        return Comment(
            url=post.url,
            comment_id=f"{int(self._dice.share() * 10**15):015d}" if self._brand.has_ids else "",
            author="" if self._dice.chance(_NAMELESS) else self._author(),
            created_at=moment,
            text=self.say(phrase),
            likes=int(self._dice.share() ** 4 * 40),
            label=phrase.label,
        )

    def _author(self) -> str:
        name: str = self._dice.pick(WORDS["authors"])
        return f"@{name}" if self._dice.chance(0.2) else name

    def _phrase(self, moment: datetime) -> Phrase:
        if self._dice.chance(_HOSTILE):
            return HOSTILE
        for story in self._brand.stories:
            if self._is_in(story, moment) and self._dice.chance(story.share):
                told = [phrase for phrase in _BY_MOOD[story.mood] if story.topic in phrase.topics]
                return self._dice.pick(told)
        return self.phrase_of(self._dice.one_of_thousand(_MOODS) or Sentiment.NEUTRAL)

    def _is_in(self, story: Story, moment: datetime) -> bool:
        day = moment.astimezone(self._zone).date()
        return day - timedelta(days=day.weekday()) == self._last - timedelta(weeks=story.weeks_ago)
