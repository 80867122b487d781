// Writes src/api/operations.ts: a typed document for each operation of src/**/*.graphql, checked against schema.graphql.
// Fragments are shared over all files; a document carries those that it spreads. Documents stay text, which packs
// smaller than their syntax trees do.
import { codegen } from "@graphql-codegen/core";
import * as typescriptOperations from "@graphql-codegen/typescript-operations";
import { buildSchema, Kind, parse, print, validate, visit } from "graphql";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const out = join(web, "src/api/operations.ts");
const sdl = readFileSync(process.env.SCHEMA ?? join(web, "../../schema.graphql"), "utf8");
const schema = buildSchema(sdl);
const files = readdirSync(join(web, "src"), { recursive: true })
  .filter((name) => name.endsWith(".graphql"))
  .map((name) => join("src", name))
  .sort();
const documents = files.map((location) => ({ location, document: parse(readFileSync(join(web, location), "utf8")) }));

const whole = { kind: Kind.DOCUMENT, definitions: documents.flatMap(({ document }) => document.definitions) };
const problems = validate(schema, whole);
if (problems.length) {
  for (const problem of problems) console.error(`${problem.message}\n${print(problem.nodes?.[0] ?? whole).slice(0, 200)}`);
  process.exit(1);
}

const text = "string";
const types = await codegen({
  filename: out,
  schema: parse(sdl),
  schemaAst: schema,
  documents,
  plugins: [{ typescriptOperations: {} }],
  pluginMap: { typescriptOperations },
  config: {
    enumsAsTypes: true,
    skipTypename: true,
    strictScalars: true,
    useTypeImports: true,
    dedupeFragments: true,
    // Amounts stay the text that they are: see src/format.ts.
    scalars: { Date: text, DateTime: text, Decimal: text, LocalDateTime: text, Rfc: text, Uuid: text },
  },
});

const fragments = new Map(whole.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]));
function spread(definition, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name }) {
      if (found.has(name.value)) return;
      found.add(name.value);
      spread(fragments.get(name.value), found);
    },
  });
  return found;
}

const lines = [];
for (const operation of whole.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION)) {
  const definitions = [operation, ...[...spread(operation)].sort().map((name) => fragments.get(name))];
  const body = print({ kind: Kind.DOCUMENT, definitions }).replace(/\s+/g, " ");
  const name = operation.name.value;
  const kind = operation.operation[0].toUpperCase() + operation.operation.slice(1);
  lines.push(`export const ${name}: Typed<${name}${kind}, ${name}${kind}Variables> = ${JSON.stringify(body)} as never;`);
}
const head = `// Written by tools/operations.mjs from schema.graphql and the .graphql files of src. Not to be edited.
import type { TypedDocumentNode as Typed } from "@urql/core";
`;
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, `${head}\n${types}\n${lines.join("\n")}\n`);
