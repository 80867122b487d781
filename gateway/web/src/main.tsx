import { Provider } from "@urql/preact";
import { render } from "preact";
import { client } from "./api/client";
import { App } from "./app";
import { Router } from "./router";
import { session } from "./session";
import "./styles";
import { ThemeProvider } from "./theme";
import { Words } from "./words";

void session.renew();
const page = document.getElementById("page");
if (page) {
  render(
    <Words>
      <ThemeProvider>
        <Router>
          <Provider value={client}>
            <App />
          </Provider>
        </Router>
      </ThemeProvider>
    </Words>,
    page,
  );
}
