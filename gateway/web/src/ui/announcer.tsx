/** What changes without the person's doing is said to a screen reader, politely and once. */
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useCallback, useContext, useState } from "preact/hooks";

const Announcing = createContext<(text: string) => void>(() => undefined);

export function Announcer({ children }: { readonly children: ComponentChildren }) {
  const [said, setSaid] = useState("");
  const say = useCallback((text: string) => setSaid(text), []);
  return (
    <Announcing.Provider value={say}>
      {children}
      <div class="unseen" role="status" aria-live="polite">
        {said}
      </div>
    </Announcing.Provider>
  );
}

export function useAnnounce(): (text: string) => void {
  return useContext(Announcing);
}
