/** Shows a view of the chosen taxpayer; until there is one, a spinner or how to register one. */
import type { ComponentChildren } from "preact";
import { useTaxpayers } from "./taxpayers";
import type { Taxpayer } from "./taxpayers";
import { Card, Empty, Heading, LinkButton, Waiting } from "./ui";
import type { IconName } from "./ui/icons";
import { dictionary, useWords } from "./words";

const words = dictionary({
  es: { nobody: "Aún no hay un contribuyente", register: "Registrar uno" },
  en: { nobody: "There is no taxpayer yet", register: "Register one" },
});

interface Props {
  readonly title: string;
  readonly icon: IconName;
  readonly show: (taxpayer: Taxpayer) => ComponentChildren;
}

export function RequireTaxpayer({ title, icon, show }: Props) {
  const say = useWords(words);
  const { state, chosen } = useTaxpayers();
  if (state === "loading") return <Waiting />;
  if (chosen) return <div key={chosen.id}>{show(chosen)}</div>;
  return (
    <div class="stack">
      <Heading title={title} />
      <Card>
        <Empty icon={icon} title={say.nobody}>
          <LinkButton kind="main" href="/registro">
            {say.register}
          </LinkButton>
        </Empty>
      </Card>
    </div>
  );
}
