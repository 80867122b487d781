/** From a run that the widget started to the job of ours that tells how it goes. */
import { useClient } from "@urql/preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { FollowConnection } from "../api/operations";
import type { Pull } from "./widget";

const PAUSES = [500, 1_000, 2_000, 4_000, 8_000];

interface Following {
  readonly jobId: string | null;
  /** A run has begun, and its job is not known yet. */
  readonly waiting: boolean;
  /** Makes a run of the widget's known here. It may be told more than once of the same. */
  readonly follow: (pull: Pull) => void;
  /** Follows a job that a mutation started. */
  readonly took: (jobId: string) => void;
}

export function useFollowing(taxpayerId: string): Following {
  const client = useClient();
  const [jobId, setJobId] = useState<string | null>(null);
  const [waiting, setWaiting] = useState(false);
  const turn = useRef(0);
  const last = useRef<string | null>(null);
  useEffect(
    () => () => {
      turn.current += 1;
    },
    [],
  );
  const took = useCallback((id: string) => {
    turn.current += 1;
    setJobId(id);
    setWaiting(false);
  }, []);
  const follow = useCallback(
    (pull: Pull) => {
      if (last.current !== pull.id_job) {
        last.current = pull.id_job;
        setJobId(null);
        setWaiting(true);
      }
      const mine = ++turn.current;
      void (async () => {
        // Syncfy may not find a job of this instant yet, and a network may be away: the run goes on all the same.
        for (const pause of [0, ...PAUSES]) {
          await new Promise((resolve) => setTimeout(resolve, pause));
          if (turn.current !== mine) return;
          const variables = { taxpayerId, idJob: pull.id_job, idCredential: pull.id_credential ?? null };
          const asked = await client.mutation(FollowConnection, variables).toPromise();
          const job = asked.data?.followConnection?.job;
          if (job && turn.current === mine) return took(job.id);
        }
      })();
    },
    [client, taxpayerId, took],
  );
  return { jobId, waiting, follow, took };
}
