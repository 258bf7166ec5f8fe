import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { type Api, body, useApi } from "../api/client";
import { told } from "../api/problems";
import type { ExportView } from "../api/schema";
import { notify } from "../notify";
import { texts } from "../texts";
import type { Filters } from "./filters";

const { exporting: says } = texts;

/** What is on its way so far, `of` how many. */
interface Run {
  contacts: number;
  files: number;
  readonly of: number;
}

/** For how long the server's address of a file opens it. */
const URL_VALID_MS = 300_000;

/** Downloads what the filters find, in as many files as the server makes of it. */
export function ExportButton({ filters, count }: { filters: Filters; count: number | undefined }) {
  const api = useApi();
  const [contacts, setContacts] = useState(0);
  const { mutate, isPending, variables } = useMutation({
    onMutate: () => setContacts(0),
    mutationFn: async (run: Run) => {
      for await (const file of exported(api, filters)) {
        download(file.url);
        run.contacts += file.contactCount;
        run.files += 1;
        setContacts(run.contacts);
      }
    },
    onSuccess: (_, run) => notify("teal", says.done(run.contacts), says.files(run.files)),
    onError: (problem, run) => notify("red", says.failed, `${told(problem)} ${says.soFar(run.contacts)}`),
  });
  return (
    <Button
      variant="default"
      flex="none"
      leftSection={<Download size={16} aria-hidden />}
      disabled={!count || isPending}
      onClick={() => mutate({ contacts: 0, files: 0, of: count ?? 0 })}
    >
      <span aria-live="polite">{isPending ? says.running(contacts, variables.of) : says.button}</span>
    </Button>
  );
}

/** One file after the other: each goes on where the one before ended. */
async function* exported(api: Api, filters: Filters): AsyncGenerator<ExportView> {
  let cursor: string | null = "";
  while (cursor !== null) {
    const query: Filters & { cursor?: string } = { ...filters, ...(cursor && { cursor }) };
    const file: ExportView = await body(api.POST("/api/contacts/export", { params: { query } }));
    yield file;
    cursor = file.nextCursor;
  }
}

/** In a frame of its own: the page stays, and the next file does not break off one that is slow to begin. */
function download(url: string) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.setAttribute("sandbox", "allow-downloads");
  frame.src = url;
  document.body.append(frame);
  setTimeout(() => frame.remove(), URL_VALID_MS);
}
