/** What differs between deployments: read at run time, so that one build serves them all. */
export interface Config {
  /** Where every path of the API is appended to. */
  readonly apiUrl: string;
  /** The OpenID issuer: its discovery document is below this address. */
  readonly authority: string;
  readonly clientId: string;
}

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`config.json answered ${answer.status}`);
  const { apiUrl, authority, clientId } = (await answer.json()) as Record<string, unknown>;
  if (typeof apiUrl !== "string" || typeof authority !== "string" || typeof clientId !== "string")
    throw new Error("config.json names no apiUrl, authority or clientId");
  return { apiUrl, authority, clientId };
}
