"""Pages as a browser without scripts takes them: what is shown, what a form would send back."""

from __future__ import annotations

import re

from django.test import Client


def get(client: Client, address: str, status: int = 200) -> str:
    """The page at an address, which answers as expected."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def hidden(html: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None, html
    return found[1]


def fields(html: str) -> dict[str, str]:
    """What a browser would send back of a form without touching it."""
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and 'type="file"' not in tag:
            sent[name[1]] = value[1] if value else ""
    sent |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', html))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        first = re.search(r'value="([^"]*)"', options)
        sent[name] = (chosen or first)[1] if (chosen or first) else ""
    return {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}
