"""What an output kind is: how results of it are named, checked, shaped, read and shown."""

from collections.abc import Callable
from typing import Any, NamedTuple

from plugins_app.outputs.schemas import Schema
from plugins_app.outputs.spellings import opened, plain
from plugins_app.outputs.things import Fault, Thing, ignore, read_thing

Fps = Callable[[], float]
"""Returns the frames per second of the input, 0 if unknown; called only when needed."""
ShapeFrame = Callable[[Any, int], Any]
"""Takes a frame and its position in the result, returns the frame in its kind's shape."""


class Column(NamedTuple):
    """A column in the table of things: its heading and the field of a row it shows."""

    heading: str
    field: str


class OutputKind:
    """One kind of results. Each has a file in this folder that sets these attributes and
    overrides methods where it differs."""

    name: str
    """As in manifests; also the name of its files here and in pixels/, and of its template."""
    rank: int
    """Position in lists of kinds, lowest first."""
    word: str
    """A description for people."""
    sketch: str
    """Its shape in a line or two, for docs and plugin templates."""
    example: Any
    """A result that finds a cat in a picture of 40 x 30 pixels, at ``[4, 5, 20, 10]``."""
    schema: Schema = {}
    """JSON Schema (2020-12) of its results; empty if anything is allowed."""
    listed: str = ""
    """The member of a result that lists its things; empty if there is none."""
    noun: str = "thing"
    """What one of its things is called."""
    named_by: str = "label"
    """The field that identifies a thing for people: ``label`` or ``text``."""
    columns: tuple[Column, ...] = ()
    """Columns in the table of things, besides number, score and position."""
    placed: bool = False
    """Whether each of its things must have a box."""
    likeness: str = "Overlap"
    """What the similarity (0..1) of two compared things is called."""
    captioned: bool = True
    """Whether drawings caption its things."""
    in_frames: bool = False
    """Whether results of videos are lists of frames."""
    manifest_words: tuple[str, ...] = ()
    """Other names for it in older manifests."""
    common_word: bool = False
    """Whether results of other kinds have a member of this name, which makes it a weak hint."""

    def shape(self, result: Any, fps: Fps) -> Any:
        """Convert a result from other spellings in use into the shape of this kind.

        Results that already have this shape or are not recognized are returned unchanged.
        """
        return self.shape_document(opened(plain(result)), fps)

    def shape_document(self, result: Any, fps: Fps) -> Any:
        """As ``shape``, for a result without its envelope."""
        return result

    def frame_shaper(self, fps: Fps) -> ShapeFrame | None:
        """A function that shapes streamed frames; None if this kind has no frames."""
        return None

    def entries(self, result: Any) -> list[Any] | None:
        """The list of things as the plugin wrote it; None if there is none."""
        found = result.get(self.listed) if self.listed and isinstance(result, dict) else None
        return found if isinstance(found, list) else None

    def things(
        self, result: Any, fault: Fault = ignore, most: int | None = None
    ) -> list[Thing] | None:
        """The things in the first ``most`` entries of a result, in order.

        None if the result lacks the list of this kind, which is not an error.
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
        """Read one entry of the list; None if it isn't a thing."""
        return read_thing(entry, position, where, fault)

    def is_readable(self, result: Any) -> bool:
        """Whether a result has content of its kind; otherwise only its JSON can be shown."""
        return self.entries(result) is not None

    def text_of(self, result: Any) -> str:
        """The text to copy or download; empty for kinds without text."""
        return ""

    def edges(self, result: Any) -> tuple[tuple[str, str], ...]:
        """Pairs of point names that are joined by a line."""
        return ()

    @property
    def has_things(self) -> bool:
        """Whether results list things, in one list or per frame."""
        return bool(self.listed) or self.in_frames

    @property
    def is_drawn(self) -> bool:
        """Whether its things can be drawn on a picture."""
        return bool(self.listed)

    @property
    def template(self) -> str:
        """The template that shows a result on a page."""
        return f"outputs/{self.name}.html"
