"""What an output kind is: how results of it are named, checked, shaped, read and shown."""

from collections.abc import Callable
from typing import Any, NamedTuple

from plugins_app.outputs.schemas import Schema
from plugins_app.outputs.spellings import opened, plain
from plugins_app.outputs.things import Fault, Thing, ignore, read_thing

Fps = Callable[[], float]
"""Frames per second of the input, found out when it is asked for; 0 where nobody knows."""
ShapeFrame = Callable[[Any, int], Any]
"""A frame of a video and its position -> the frame in its shape."""


class Column(NamedTuple):
    """A column of the table of a kind's things: its heading, and which field of a row it shows."""

    heading: str
    field: str


class OutputKind:
    """One kind of results. Each has a file of this folder that sets these, and what it does
    otherwise than here."""

    name: str
    """As manifests have it. So are its files called: here, in pixels/, and its template."""
    rank: int
    """Kinds are listed in this order."""
    word: str
    """What it is, for people."""
    sketch: str
    """Its shape in a line or two, as docs and templates of plugins show it."""
    example: Any
    """A result that finds a cat in a picture of 40 x 30 pixels, at ``[4, 5, 20, 10]``."""
    schema: Schema = {}
    """What its results look like, as JSON Schema (2020-12); empty where anything goes."""
    listed: str = ""
    """The member of a result that lists its things; empty where it has none."""
    noun: str = "thing"
    """The word for one of its things."""
    named_by: str = "label"
    """Whether people know a thing by its ``label`` or by its ``text``."""
    columns: tuple[Column, ...] = ()
    """Of the table of its things, beside number, score and position."""
    placed: bool = False
    """Whether each of its things must have a box."""
    likeness: str = "Overlap"
    """The word for how much two things of compared results agree, 0..1."""
    captioned: bool = True
    """Whether drawings say what its things are."""
    in_frames: bool = False
    """Whether results of videos come as frames."""
    manifest_words: tuple[str, ...] = ()
    """Other words for it in older manifests."""
    common_word: bool = False
    """Whether results of other kinds have a member of its name too, so that it says little."""

    def shape(self, result: Any, fps: Fps) -> Any:
        """A result brought into the shape of this kind, from the other spellings in use.

        What has its proper shape already is left as it is, and so is what nobody recognises.
        """
        return self.shape_document(opened(plain(result)), fps)

    def shape_document(self, result: Any, fps: Fps) -> Any:
        """The same for a result that has been taken out of its envelope."""
        return result

    def frame_shaper(self, fps: Fps) -> ShapeFrame | None:
        """What shapes frames that come one by one; None where this kind has no frames."""
        return None

    def entries(self, result: Any) -> list[Any] | None:
        """The list of things of a result as the plugin wrote it; None where there is none."""
        found = result.get(self.listed) if self.listed and isinstance(result, dict) else None
        return found if isinstance(found, list) else None

    def things(
        self, result: Any, fault: Fault = ignore, most: int | None = None
    ) -> list[Thing] | None:
        """What a result found, the first ``most`` entries of it, in its order.

        None for a result without the list of this kind, which is no fault.
        """
        listed = self.entries(result)
        if listed is None:
            return None
        found = []
        for position, entry in enumerate(listed if most is None else listed[:most]):
            where = f"{self.listed}[{position}]"
            thing = self.read(entry, position, where, fault)
            if thing is not None:
                if self.placed and thing.bbox is None:
                    fault(f"{where} has no bbox.")
                found.append(thing)
        return found

    def read(self, entry: Any, position: int, where: str, fault: Fault) -> Thing | None:
        """One entry of the list; None where it is none."""
        return read_thing(entry, position, where, fault)

    def is_readable(self, result: Any) -> bool:
        """Whether a result has anything of what its kind says; else only its JSON can be shown."""
        return self.entries(result) is not None

    def text_of(self, result: Any) -> str:
        """What a result says, for who copies or downloads it; nothing for kinds without text."""
        return ""

    def edges(self, result: Any) -> tuple[tuple[str, str], ...]:
        """Which points of its things hang together, by their names."""
        return ()

    @property
    def has_things(self) -> bool:
        """Whether results list things, all at once or by frames."""
        return bool(self.listed) or self.in_frames

    @property
    def is_drawn(self) -> bool:
        """Whether its things have a place in a picture."""
        return bool(self.listed)

    @property
    def template(self) -> str:
        """What shows a result of it on a page."""
        return f"outputs/{self.name}.html"
