import { useEffect, useState } from "preact/hooks";

/** Reads state from outside the components (the session, the socket), and renders again when it changes. */
export function useExternalStore<T>(source: { subscribe(listener: () => void): () => void }, read: () => T): T {
  const [value, setValue] = useState(read);
  useEffect(() => {
    const changed = () => setValue(read());
    changed();
    return source.subscribe(changed);
  }, [source]);
  return value;
}
