import { useEffect, useState } from "preact/hooks";

/** State that lives outside of the components (the session, the socket), as a component sees it. */
export function useOutside<T>(source: { subscribe(listener: () => void): () => void }, read: () => T): T {
  const [value, setValue] = useState(read);
  useEffect(() => {
    const changed = () => setValue(read());
    changed();
    return source.subscribe(changed);
  }, [source]);
  return value;
}
