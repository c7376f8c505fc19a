// The meaning of an underlined word appears when a pointer or the keyboard comes to it, without this
// script. A finger has no such way: here its first tap shows the meaning, its second follows the
// link; so does Enter on a word that a finger has left. Escape hides what is shown.
(() => {
  "use strict";
  let shown = null; // the word that a finger has opened
  let finger = false;

  const close = () => {
    shown?.classList.remove("fit-shown");
    shown = null;
  };

  const isSeen = (tip) => getComputedStyle(tip).display !== "none";

  document.addEventListener("pointerdown", (event) => (finger = event.pointerType === "touch"), true);
  document.addEventListener("click", (event) => {
    const term = finger ? event.target.closest(".fit-term") : null;
    const byKey = event.detail === 0;
    if (term && (byKey ? !isSeen(term.nextElementSibling) : term !== shown)) {
      event.preventDefault();
      close();
      shown = term;
      term.classList.remove("fit-hushed");
      term.classList.add("fit-shown");
    } else if (!event.target.closest(".fit-tip")) close();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    close();
    for (const term of document.querySelectorAll(".fit-term:hover, .fit-term:focus, .fit-term:has(+ .fit-tip:hover)")) {
      term.classList.add("fit-hushed"); // until the pointer or the focus has left it
      const speak = () => term.classList.remove("fit-hushed");
      for (const end of ["pointerleave", "blur"]) term.addEventListener(end, speak, { once: true });
    }
  });
})();
