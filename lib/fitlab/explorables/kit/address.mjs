// The state of an explorable in the page's address.

const WRITE_AFTER = 250; // ms: browsers forbid a page to rewrite its address too often

/**
 * Name and values of an address, `#name?width=16&seed=3`; some messengers encode all of it, the
 * question mark too. A % that encodes nothing stays.
 * @param {string} hash
 * @returns {[string, Record<string, string> | null]}
 */
export function namedValues(hash) {
  const text = hash.replace(/^#/, "");
  const plain = text.includes("?") ? text : text.replace(/(%[\da-f]{2})+/gi, decoded);
  const [name, query] = plain.split("?");
  return [name, query ? Object.fromEntries(new URLSearchParams(query)) : null];
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // no letter of any script
  }
}

/**
 * The state of an explorable in the page's address: `#fit?width=16&seed=3`, where `fit` is its id in
 * the page. Only for a page of the book; in Jupyter the address is not ours.
 * @param {string} id
 */
export function addressState(id) {
  let timer;
  const read = () => {
    const [name, values] = namedValues(location.hash);
    return name === id ? values : null;
  };
  const link = (values) => `${location.href.split("#")[0]}#${id}?${new URLSearchParams(values)}`;
  const replace = (address) => {
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(history.state, "", address()), WRITE_AFTER);
  };
  const withoutState = () => (read() ? location.href.split("#")[0] : location.href);
  const onFollowed = (listener) => {
    const heard = () => read() && listener(read());
    window.addEventListener("hashchange", heard);
    return () => window.removeEventListener("hashchange", heard);
  };
  return {
    /** The values that the address gives this explorable, as text; null if it gives none. */
    read,
    /** The address that would bring these values back. @param {Record<string, string>} values */
    link,
    /** Put the values into the address, soon. @param {Record<string, string>} values */
    write: (values) => replace(() => link(values)),
    /** Take the state out of the address again. */
    clear: () => replace(withoutState),
    /** Hear of links to this explorable that are followed within the page. */
    onFollowed,
    remove: () => clearTimeout(timer),
  };
}
