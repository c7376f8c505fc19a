// Sphinx looks words up in plain objects, which also answer to "constructor" and "__proto__": here
// its tables lose what they inherit, but for the one method that it asks of them. It also speaks of
// categories, which this book does not have.
(() => {
  "use strict";
  const bare = Object.create(null, { hasOwnProperty: { value: Object.prototype.hasOwnProperty } });
  for (const table of [Search._index.terms, Search._index.titleterms]) Object.setPrototypeOf(table, bare);

  Documentation.TRANSLATIONS[
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories."
  ] = "No result: no page has all of these words. Bare numbers and very common words are not looked for.";
})();
