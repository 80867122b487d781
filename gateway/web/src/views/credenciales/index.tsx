import { Card, Empty, Heading } from "../../ui";
import { dictionary, useWords } from "../../words";

const words = dictionary({
  es: { title: "credenciales", soon: "Esta vista está por llegar." },
  en: { title: "credenciales", soon: "This view is still to come." },
});

export default function View() {
  const say = useWords(words);
  return (
    <div class="stack">
      <Heading title={say.title} />
      <Card>
        <Empty icon="clock" title={say.soon} />
      </Card>
    </div>
  );
}
