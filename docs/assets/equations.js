// Sets the equations of a page. Without this script their TeX source is read instead.
for (const place of document.querySelectorAll(".arithmatex")) {
  const source = place.textContent.trim();
  const display = source.startsWith("\\[");
  katex.render(source.slice(2, -2), place, { displayMode: display, throwOnError: false });
  // What is wider than the page scrolls in itself, from the keyboard as well.
  if (display && place.scrollWidth > place.clientWidth) place.tabIndex = 0;
}
