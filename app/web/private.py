"""Who may read the operator's numbers: this machine, or whoever has the token."""

from ipaddress import ip_address
from secrets import compare_digest

from starlette.requests import Request

from app.settings import LOOPBACK_HOSTS, Settings

_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def may_read(request: Request, settings: Settings) -> bool:
    """A token, once sent, decides alone; without one the request has to come from here and not through a proxy."""
    if (given := request.headers.get("authorization")) is not None:
        wanted = f"Bearer {settings.metrics_token}"
        return bool(settings.metrics_token) and compare_digest(given.encode(), wanted.encode())
    return settings.metrics == "local" and _from_here(request)


def _from_here(request: Request) -> bool:
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    if name.lower() not in LOOPBACK_HOSTS or any(header in request.headers for header in _FORWARDED):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
