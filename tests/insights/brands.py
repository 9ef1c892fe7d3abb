"""A brand with posts and comments that were read by the word lists, written straight into the rows."""

from datetime import datetime, timedelta
from uuid import uuid4

from insights.labelling.offline import VERSION, read_comment
from insights.models import Comment, FichaCliente, Label, Post, Run
from insights.models.labels import columns_of
from insights.rules import Engine, Platform, RunState, text_hash

SAID = (
    ("Me encantó el pan, lo recomiendo", "ana"),
    ("Qué rabia, mi pedido llegó tarde y nadie responde", "beto"),
    ("Me encantó el pan, lo recomiendo", "carla"),
    ("¿A qué hora abren?", "dani"),
    ("La calidad es excelente, el envío demoró mucho", "ana"),
    ("Pésimo servicio, nunca más", "@Beto"),
    ("<script>alert(1)</script> qué asco 🤮", "eva"),
    ('=HYPERLINK("http://x") me da miedo pagar acá', "fabio"),
)


def a_brand(*, now: datetime, name: str = "Panadería Aurora", weeks: int = 6) -> FichaCliente:
    """Return a brand with a post and the eight comments in each of its last weeks."""
    ficha = FichaCliente.objects.create(
        brand_name=name, timezone="America/Lima", last_checked_at=now, last_analysis_timestamp=now
    )
    run = Run.objects.create(ficha=ficha, state=RunState.COMPLETED, started_at=now, finished_at=now)
    labels = _labels()
    for week in range(weeks):
        moment = now - timedelta(weeks=week, days=1)
        post = Post.objects.create(
            ficha=ficha,
            url=f"https://instagram.com/p/{ficha.pk}-{week}",
            platform=list(Platform)[week % 3],
            created_at=moment - timedelta(days=1),
            content=f"Receta de la semana {week}",
            source_row=week + 2,
            first_run=run,
        )
        Comment.objects.bulk_create(
            Comment(
                ficha=ficha,
                platform=post.platform,
                post=post,
                author=author,
                created_at=moment,
                text=text,
                likes=place,
                identity=uuid4(),
                spot=uuid4(),
                text_hash=text_hash(text),
                label=labels[text],
                source_row=place + 2,
                first_run=run,
            )
            for place, (text, author) in enumerate(SAID)
        )
    return ficha


def _labels() -> dict[str, Label]:
    found = {}
    for text, _author in SAID:
        meaning = read_comment(text)
        assert meaning is not None
        found[text], _ = Label.objects.get_or_create(
            text_hash=text_hash(text),
            engine=Engine.OFFLINE,
            model="lexicon",
            prompt_version=VERSION,
            defaults=columns_of(meaning),
        )
    return found
