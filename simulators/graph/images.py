"""Profile pictures as files, and `/{id}/picture`, which leads to them."""

from __future__ import annotations

from simulators.graph import errors
from simulators.graph.calls import Call
from simulators.graph.errors import Json
from simulators.graph.page_nodes import image_url, picture_data
from simulators.graph.pictures import picture
from simulators.graph.wire import Answer, redirect_answer
from simulators.graph.world import World

_AS_JSON = ("0", "false")


def image(call: Call) -> Answer:
    owner_id = call.edge[0].removesuffix(".png")
    return Answer(200, picture(owner_id), {"Content-Type": "image/png", "Cache-Control": "max-age=86400"})


def picture_of(world: World, call: Call) -> Answer | Json:
    """A redirect to the file, with `redirect=0` its description."""
    owner_id = call.object_id
    if world.page(owner_id) is None and world.person(owner_id) is None:
        raise errors.unsupported("get", owner_id)
    url = image_url(call.base_url, owner_id)
    return {"data": picture_data(url)} if call.params.get("redirect") in _AS_JSON else redirect_answer(url)
