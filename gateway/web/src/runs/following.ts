/** From a run that the widget started to the job of ours that tells how it goes. */
import { useClient } from "@urql/preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { LatestJob } from "../api/operations";

const LOOK_EVERY = 700;
const LOOK_TIMES = 60;

interface Following {
  readonly jobId: string | null;
  /** A run has begun, and its job is not known yet. */
  readonly waiting: boolean;
  /** Follows a run of Syncfy's, by the `id_job` that it has there. */
  readonly follow: (idJob: string) => void;
  /** Follows a job that a mutation started. */
  readonly took: (jobId: string) => void;
}

/** Syncfy tells the gateway of the run by a webhook: the first job that is newer than the one before is it. */
export function useFollowing(taxpayerId: string): Following {
  const client = useClient();
  const [jobId, setJobId] = useState<string | null>(null);
  const [waiting, setWaiting] = useState(false);
  const turn = useRef(0);
  const latest = useCallback(async () => {
    const asked = await client.query(LatestJob, { taxpayerId }, { requestPolicy: "network-only" }).toPromise();
    return asked.data?.taxpayer?.latestJob?.id ?? null;
  }, [client, taxpayerId]);
  const before = useRef<Promise<string | null>>(Promise.resolve(null));
  useEffect(() => {
    before.current = latest();
    return () => {
      turn.current += 1;
    };
  }, [latest]);
  const took = useCallback((id: string) => {
    turn.current += 1;
    before.current = Promise.resolve(id);
    setJobId(id);
    setWaiting(false);
  }, []);
  const follow = useCallback(() => {
    const mine = ++turn.current;
    setJobId(null);
    setWaiting(true);
    void (async () => {
      const old = await before.current;
      for (let n = 0; n < LOOK_TIMES && turn.current === mine; n += 1) {
        const found = await latest();
        if (found && found !== old && turn.current === mine) return took(found);
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      }
    })();
  }, [latest, took]);
  return { jobId, waiting, follow, took };
}
