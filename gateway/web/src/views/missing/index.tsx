import { Card, Empty, Heading, LinkButton } from "../../ui";
import { dictionary, useWords } from "../../words";

const words = dictionary({
  es: { title: "No hay nada aquí", why: "La dirección no es de ninguna vista.", home: "Ir al inicio" },
  en: { title: "Nothing is here", why: "No view has this address.", home: "Go home" },
});

export default function Missing() {
  const say = useWords(words);
  return (
    <div class="stack">
      <Heading title={say.title} />
      <Card>
        <Empty icon="alert" title={say.why}>
          <LinkButton href="/">{say.home}</LinkButton>
        </Empty>
      </Card>
    </div>
  );
}
