// Whether anybody looks.

/**
 * Tell a trainer when nobody looks: the page is hidden, or the figure is out of sight.
 * @param {HTMLElement} root @param {{ suspend(): void, resume(): void }} trainer
 */
export function watchAttention(root, trainer) {
  let inSight = true;
  const tell = () => (inSight && !document.hidden ? trainer.resume() : trainer.suspend());
  const observer = new IntersectionObserver((entries) => {
    inSight = entries.at(-1).isIntersecting;
    tell();
  });
  observer.observe(root);
  document.addEventListener("visibilitychange", tell);
  tell(); // the page may have been opened in the background
  return () => {
    observer.disconnect();
    document.removeEventListener("visibilitychange", tell);
  };
}
