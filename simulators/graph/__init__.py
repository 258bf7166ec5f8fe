"""Facebook's Graph API, simulated: real HTTP, deterministic worlds, faults on demand (see README.md)."""

from simulators.graph.apps import DEMO_APP_ID, DEMO_APP_SECRET, DEMO_LOGIN_CONFIG_ID, App
from simulators.graph.people import DEMO_USER_ID, Business, Person, Role
from simulators.graph.server import GraphSimulator
from simulators.graph.world import FacebookPage, InstagramAccount, World
from simulators.graph.worlds import (
    DEMO_ACCESS_TOKEN,
    DEMO_PAGE_ID,
    big_world,
    demo_world,
    instagram_world,
    many_pages_world,
    many_roles_world,
    odd_world,
    two_page_world,
    world_named,
)

__all__ = [
    "DEMO_ACCESS_TOKEN",
    "DEMO_APP_ID",
    "DEMO_APP_SECRET",
    "DEMO_LOGIN_CONFIG_ID",
    "DEMO_PAGE_ID",
    "DEMO_USER_ID",
    "App",
    "Business",
    "FacebookPage",
    "GraphSimulator",
    "InstagramAccount",
    "Person",
    "Role",
    "World",
    "big_world",
    "demo_world",
    "instagram_world",
    "many_pages_world",
    "many_roles_world",
    "odd_world",
    "two_page_world",
    "world_named",
]
