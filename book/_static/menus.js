// The lists of pages and of sections, which the theme opens over a narrow page, close when a link in
// them is followed: it may lead to a place on this very page.
document.addEventListener("click", (event) => {
  event.target.closest("dialog[open] a[href]")?.closest("dialog").close();
});

// On the way up a reader is offered the rest of it.
const toTop = document.getElementById("pst-back-to-top");
let before = scrollY;
addEventListener("scroll", () => {
  toTop.style.display = scrollY < before && scrollY > innerHeight ? "block" : "none";
  before = scrollY;
});
toTop.addEventListener("click", () => scrollTo({ top: 0 }));
