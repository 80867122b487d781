/** How the synchronisation stands, as it was asked for and then as it changes. */
import { useSubscription } from "@urql/preact";
import { SyncStatus } from "../api/operations";
import type { SyncStatusFieldsFragment } from "../api/operations";

export function useSyncStatus(
  taxpayerId: string,
  asked: SyncStatusFieldsFragment | undefined,
  { live = true }: { readonly live?: boolean } = {},
): SyncStatusFieldsFragment | undefined {
  const [result] = useSubscription({ query: SyncStatus, variables: { taxpayerId }, pause: !live });
  const told = result.data?.syncStatus;
  return told && (!asked || told.version >= asked.version) ? told : asked;
}
