"""What a browser would send of a form as it stands in a page."""

from __future__ import annotations

from html.parser import HTMLParser

Values = dict[str, list[str]]


def values_of(page: str, field: str) -> Values:
    """The fields of the form that has ``field``, as they stand. Raises ``LookupError``."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        if field in form:
            return {name: values for name, values in form.items() if name != TOKEN}
    message = f"no form of the page has {field}"
    raise LookupError(message)


TOKEN = "csrfmiddlewaretoken"  # noqa: S105 -- the name of a field
_PRESSED = ("submit", "button", "file", "image", "reset")


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Values] = []
        self.select: tuple[str, bool] | None = None
        self.option: str | None = None
        self.text: str | None = None
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and given.get("type") not in _PRESSED and given.get("name"):
            ticked = given.get("type") in ("checkbox", "radio")
            self._put(
                given["name"], given.get("value", "on"), sent=not ticked or "checked" in given
            )
        elif tag == "textarea":
            self.text, self.words = given.get("name", ""), []
        elif tag == "select":
            self.select = (given.get("name", ""), "multiple" in given)
        elif tag == "option" and self.select is not None:
            self._end_option()
            self.words = []
            self.option = given.get("value", _SAID) if "selected" in given else None
            if self.forms and not self.select[1]:
                self.forms[-1].setdefault(self.select[0], [given.get("value", "")])

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.text is not None:
            self._put(self.text, "".join(self.words).removeprefix("\n"))
            self.text = None
        elif tag == "option":
            self._end_option()
        elif tag == "select":
            self._end_option()
            self.select = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def _end_option(self) -> None:
        if self.select is None or self.option is None or not self.forms:
            return
        name, several = self.select
        value = "".join(self.words).strip() if self.option is _SAID else self.option
        kept = self.forms[-1].get(name, []) if several else []
        self.forms[-1][name] = [*kept, value]
        self.option = None

    def _put(self, name: str, value: str, *, sent: bool = True) -> None:
        if self.forms and name:
            values = self.forms[-1].setdefault(name, [])
            if sent:
                values.append(value)


_SAID = "\x00"
"""An option without a value sends its words."""
