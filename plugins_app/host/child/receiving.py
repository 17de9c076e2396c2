"""Prepares what a tool has returned for being written as JSON."""

from types import CoroutineType
from typing import Any

from plugins_app.host.child.answers import reported_error
from plugins_app.host.child.pictures import take_out
from plugins_app.host.child.streaming import Streamed, is_streamed
from plugins_app.host.protocol import Message
from plugins_app.outputs import kind_named
from plugins_app.sdk import ToolError


def received(result: Any, call: Message) -> Any:
    """The result in the shape that its tool declares, with base64 pictures moved to artifacts.

    Coroutines are run to completion. A result whose frames are still to be produced is returned as
    ``Streamed``, and its frames are shaped as they are produced. Raises ToolError for a result that
    only reports an error, and whatever a coroutine raises.
    """
    if isinstance(result, CoroutineType):
        import asyncio

        result = asyncio.run(result)
    kind = kind_named(call["output"])
    if is_streamed(result):
        return Streamed(result, kind.frame_shaper(lambda: _frame_rate(call["path"])))
    if hasattr(result, "model_dump"):
        result = result.model_dump(mode="json")
    if message := reported_error(result):
        raise ToolError(message)
    return take_out(kind.shape(result, lambda: _frame_rate(call["path"])))


def _frame_rate(path: str) -> float:
    """Frames per second of the input, or 0 if it can't be determined."""
    from plugins_app.sdk.decoders import open_decoder

    try:
        decoder = open_decoder(path)
    except ToolError:
        return 0.0
    decoder.close()
    return decoder.info.fps
