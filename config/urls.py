"""Every route, marked public or tenant; a route missing here does not exist, one unmarked is refused."""

urlpatterns: list = []
