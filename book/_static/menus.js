// The lists of pages and of sections, which the theme opens over a narrow page, close when a link in
// them is followed: it may lead to a place on this very page.
document.addEventListener("click", (event) => {
  event.target.closest("dialog[open] a[href]")?.closest("dialog").close();
});
