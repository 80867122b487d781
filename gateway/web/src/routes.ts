/** Every view of the page. A new one: a folder in views/ with an index.tsx, and a line here (see frame.tsx for its link). */
import type { Route } from "./router";

export const routes: readonly Route[] = [
  { path: "/", load: () => import("./views/inicio") },
  { path: "/registro", load: () => import("./views/registro") },
  { path: "/credenciales", load: () => import("./views/credenciales") },
  { path: "/perfil", load: () => import("./views/perfil") },
  { path: "/documentos", load: () => import("./views/documentos") },
  { path: "/facturas", load: () => import("./views/facturas") },
  { path: "/facturas/:id", load: () => import("./views/factura") },
  { path: "/declaraciones/:id", load: () => import("./views/declaracion") },
];

export const missing: Route = { path: "", load: () => import("./views/missing") };
