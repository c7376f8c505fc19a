// What the scripts of a built page share, as live_figures.py and checks.py write it.
interface Window {
  fitlab?: {
    parts: Record<string, string>;
    engine?: string;
    workers: Record<string, string>;
    loadModule?: (parts: string[]) => Promise<any>;
    startWorker?: (name: string) => Worker;
    checks?: { module: string[] };
    digits?: unknown;
  };
}
