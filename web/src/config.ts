/** What differs between deployments: read at run time, so that one build serves them all. */
export interface Config {
  /** Where every path of the API is appended to. */
  readonly apiUrl: string;
  /** The OpenID issuer: its discovery document is below this address. */
  readonly authority: string;
  readonly clientId: string;
  /** What to ask for at sign-in, so that the ID token has the claims. */
  readonly scope: string;
  /** Which claim of an ID token says that somebody is an owner of their organisation. */
  readonly roleClaim: string;
}

const NAMES = ["apiUrl", "authority", "clientId", "scope", "roleClaim"] as const satisfies (keyof Config)[];

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json");
  if (!answer.ok) throw new Error(`config.json answered ${answer.status}`);
  const config: Record<keyof Config, unknown> = await answer.json();
  for (const name of NAMES)
    if (typeof config[name] !== "string") throw new Error(`config.json names no ${name}`);
  return config as Config;
}
