import { useEffect } from "preact/hooks";
import { connection } from "./api/client";
import { Frame } from "./frame";
import { useExternalStore } from "./use-external-store";
import { match, useLocation } from "./router";
import { missing, routes } from "./routes";
import { session } from "./session";
import { SignedOut } from "./signed-out";
import { Taxpayers } from "./taxpayers";
import { Announcer } from "./ui/announcer";
import { Waiting } from "./ui";
import { View } from "./view";

export function App() {
  const signIn = useExternalStore(session, () => session.state);
  const line = useExternalStore(connection, () => connection.line);
  const { path } = useLocation();
  const [route, parameters] = match(routes, path) ?? [missing, {}];
  useEffect(() => {
    // While the session is still being opened. What goes wrong is told when the view is shown.
    route.load().catch(() => undefined);
  }, [route]);
  if (signIn === "out") return <SignedOut />;
  if (signIn === "starting") {
    return (
      <Frame line={line} waiting>
        <Waiting />
      </Frame>
    );
  }
  return (
    <Announcer>
      <Taxpayers>
        <Frame line={line}>
          <View key={path} route={route} parameters={parameters} />
        </Frame>
      </Taxpayers>
    </Announcer>
  );
}
