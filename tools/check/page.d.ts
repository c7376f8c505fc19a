// What the scripts of a built page share, as live_figures.py writes it.
interface Window {
  fitlab?: { parts: Record<string, string>; engine?: string; workers: Record<string, string> };
}
